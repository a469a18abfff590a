"""Measures what a datagram costs Palabre and LiveKit's server under the same load: CPU time of the whole server
process over datagrams delivered, with memory and loss beside it. For Linux and root.

Server and load tester stand in two network namespaces joined by a veth pair, without loopback, so that no traffic can
pass beside the counters. A datagram is counted where it arrives: a server that lets the kernel cut runs (GSO) has a
whole run counted as one where it leaves.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SERVER_IP, TESTER_IP = "10.213.77.1", "10.213.77.2"
WEB_PORT, MEDIA_PORT = 7880, 7882
KEY, SECRET = "beside", "only-for-two-namespaces-of-this-machine"
SETTLE, WINDOW = 5, 20  # Seconds: congestion control finds its level; then the measurement.
PATIENCE = 90  # Seconds for servers to be ready, and for everybody to have joined and to receive every track.
TICKS = os.sysconf("SC_CLK_TCK")
SERVERS = ("palabre", "livekit")

# Cameras, microphones, subscribers, and what else the load tester is told.
NO_SIMULCAST = ("--video-resolution", "high", "--video-codec", "h264", "--no-simulcast")
SCENARIOS = {
    "cam1x30": (1, 0, 30, NO_SIMULCAST),
    "cam4x12": (4, 0, 12, NO_SIMULCAST),
    "mic5x40": (0, 5, 40, ()),
    "meet6x12": (6, 6, 12, ("--video-resolution", "high", "--video-codec", "vp8")),
}


class Failed(Exception):
    """A measurement that cannot count."""


class Process:
    """A process in a namespace, its output gathered by a thread so that lines can be awaited."""

    def __init__(self, namespace: str, folder: str, command: list[str], **environment: str):
        # ip becomes the command itself, so the process id is the command's.
        self.child = subprocess.Popen(
            ["ip", "netns", "exec", namespace, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **environment},
            cwd=folder,
        )
        self.name = pathlib.Path(command[0]).name
        self.proc = pathlib.Path("/proc", str(self.child.pid))
        self.lines: list[str] = []
        self.news = threading.Condition()
        self.ended = False
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.child.stdout:
            with self.news:
                self.lines.append(line.rstrip())
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def await_lines(self, what: str, times: int = 1) -> None:
        """Waits until so many lines contain something."""

        def seen() -> int:
            return sum(what in line for line in self.lines)

        with self.news:
            self.news.wait_for(lambda: self.ended or seen() >= times, PATIENCE)
            if seen() < times:
                tail = "\n".join(self.lines[-12:])
                raise Failed(f"{self.name} said '{what}' {seen()} times, not {times}; its last lines:\n{tail}")

    def stop(self, with_signal: int) -> str:
        """Ends it, kindly at first; everything it said."""
        if self.child.poll() is None:
            self.child.send_signal(with_signal)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
        self.child.wait()
        self.reader.join(5)
        return "\n".join(self.lines)

    def cpu(self) -> float:
        """Seconds of processor time of all its threads, ended ones included."""
        fields = (self.proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_mib(self) -> float:
        return int(re.search(r"VmRSS:\s+(\d+)", (self.proc / "status").read_text())[1]) / 1024

    def datagrams(self, *counters: str) -> int:
        """Sum of these counters of its namespace, IPv4 and IPv6."""
        of_four, of_six = ((self.proc / "net" / table).read_text() for table in ("snmp", "snmp6"))
        names, values = re.findall(r"^Udp:(.+)", of_four, re.MULTILINE)
        pairs = [("Udp6" + name, value) for name, value in zip(names.split(), values.split())]
        pairs += re.findall(r"^(Udp6\w+)\s+(\d+)", of_six, re.MULTILINE)
        return sum(int(value) for name, value in pairs if name.removeprefix("Udp6") in counters)


def machine_cpu() -> float:
    """Seconds all processors of the machine were busy (not idle, not waiting for disks)."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def output(*command: str, folder: str = "/") -> str:
    """What a command printed."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=folder).stdout


@contextlib.contextmanager
def namespaces():
    """Two namespaces joined by a veth pair, gone afterwards whatever happens. Their loopback stays down."""
    ours = [f"beside-{os.getpid()}-{side}" for side in ("server", "tester")]
    try:
        for namespace in ours:
            output("ip", "netns", "add", namespace)
        output("ip", "-n", ours[0], "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", ours[1])
        for namespace, address in zip(ours, (SERVER_IP, TESTER_IP)):
            # No link-local addresses: both servers are reached by IPv4 and by nothing else.
            output("ip", "-n", namespace, "link", "set", "dev", "wire", "addrgenmode", "none")
            output("ip", "-n", namespace, "address", "add", f"{address}/30", "dev", "wire")
            output("ip", "-n", namespace, "link", "set", "dev", "wire", "up")
        yield ours
    finally:
        for namespace in ours:  # The pair goes with them.
            subprocess.run(["ip", "netns", "delete", namespace], capture_output=True)


def start_palabre(arguments, namespace: str, folder: str) -> tuple[Process, str, str]:
    data = ["--data", f"{folder}/data"]
    key = json.loads(output(arguments.palabre, "keys", "add", KEY, "--json", *data, folder=folder))
    options = {
        "--listen": f"{SERVER_IP}:{WEB_PORT}",
        "--media-address": SERVER_IP,
        "--media-port": str(MEDIA_PORT),
        "--max-participants-per-room": "0",
        "--max-participants": "0",
        "--joins-per-minute": "100000",
    }
    flags = [word for option in options.items() for word in option]
    server = Process(namespace, folder, [arguments.palabre, "serve", *data, *flags])
    return server, key["key"], key["secret"]


def start_livekit(arguments, namespace: str, folder: str) -> tuple[Process, str, str]:
    # A UDP port for each processor is what LiveKit recommends; TCP is off because it is fallen back to silently.
    rtc = {
        "udp_port": f"{MEDIA_PORT}-{MEDIA_PORT + os.cpu_count() - 1}",
        "tcp_port": 0,
        "allow_tcp_fallback": False,
        "use_external_ip": False,
        "node_ip": SERVER_IP,
        **arguments.livekit_rtc,
    }
    settings = {"port": WEB_PORT, "rtc": rtc, "keys": {KEY: SECRET}}  # JSON is YAML.
    return Process(namespace, folder, [arguments.livekit, "--config-body", json.dumps(settings)]), KEY, SECRET


START = {"palabre": (start_palabre, "Palabre is ready"), "livekit": (start_livekit, "starting LiveKit server")}


def measure(arguments, name: str, scenario: str) -> dict:
    """One run of one scenario against one server."""
    cameras, microphones, subscribers, told = SCENARIOS[scenario]
    tracks = (cameras + microphones) * subscribers
    start, ready = START[name]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beside-"))
        server_side, tester_side = stack.enter_context(namespaces())
        server, key, secret = start(arguments, server_side, folder)
        stack.callback(server.stop, signal.SIGTERM)
        server.await_lines(ready)
        people = ["--video-publishers", cameras, "--audio-publishers", microphones, "--subscribers", subscribers]
        load = [arguments.lk, "load-test", "--room", "beside", "--layout", "3x3", *map(str, people), *told]
        access = {"LIVEKIT_URL": f"ws://{SERVER_IP}:{WEB_PORT}", "LIVEKIT_API_KEY": key, "LIVEKIT_API_SECRET": secret}
        tester = Process(tester_side, folder, load, HOME=folder, **access)
        stack.callback(tester.stop, signal.SIGINT)
        tester.await_lines("Finished connecting to room")
        tester.await_lines("subscribed to track ", tracks)
        time.sleep(SETTLE)

        def now() -> list[float]:
            return [
                time.monotonic(),
                server.cpu(),
                tester.cpu(),
                machine_cpu(),
                tester.datagrams("InDatagrams", "InErrors", "NoPorts"),
                server.datagrams("OutDatagrams"),
            ]

        before = now()
        time.sleep(WINDOW)
        seconds, cpu, tester_cpu, machine, datagrams, sends = (b - a for a, b in zip(before, now()))
        memory = server.resident_mib()
        said = tester.stop(signal.SIGINT)

    total = re.search(r"Total\s*\W\s*(\d+)/(\d+)\s*\W[^│|]*[│|]\s*(\d+)?", said)
    if not total or int(total[1]) != tracks or int(total[2]) != tracks:
        raise Failed(f"{scenario} against {name}: not {tracks} tracks:\n{said[-3000:]}")
    if not datagrams:
        raise Failed(f"{scenario} against {name}: no datagram arrived")
    return {
        "server": name,
        "scenario": scenario,
        "us_per_datagram": cpu / datagrams * 1e6,
        "datagrams_per_second": datagrams / seconds,
        "sends_per_second": sends / seconds,
        "cores": cpu / seconds,
        "memory_mib": memory,
        "lost_packets": int(total[3] or 0),
        "tester_cores": tester_cpu / seconds,
        "other_cores": (machine - cpu - tester_cpu) / seconds,
    }


def summary(results: list[dict], scenario: str) -> dict:
    """Minimum, median and maximum of both servers, and the ratio of the medians."""
    row = {}
    for name in SERVERS:
        runs = [result for result in results if (result["scenario"], result["server"]) == (scenario, name)]
        values = {figure: [run[figure] for run in runs] for figure in runs[0] if figure not in ("scenario", "server")}
        row[name] = {figure: [min(of), statistics.median(of), max(of)] for figure, of in values.items()}
    row["ratio"] = row["palabre"]["us_per_datagram"][1] / row["livekit"]["us_per_datagram"][1]
    return row


def show(scenario: str, row: dict) -> None:
    for name in SERVERS:
        of = row[name]
        cost = " / ".join(f"{value:6.2f}" for value in of["us_per_datagram"])
        print(
            f"{scenario:9} {name:8} {cost} µs   {of['datagrams_per_second'][1]:7.0f} /s   {of['cores'][1]:6.3f} cores"
            f"   {of['memory_mib'][1]:4.0f} MiB   {of['lost_packets'][2]:3.0f} lost   {of['other_cores'][2]:.2f} others"
        )
    print(f"{scenario:9} Palabre over LiveKit: {row['ratio']:.3f}\n", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, what in (("palabre", "a release build"), ("livekit", "livekit-server"), ("lk", "LiveKit's load tester")):
        parser.add_argument(f"--{name}", required=True, metavar="BINARY", type=os.path.abspath, help=what)
    parser.add_argument("--scenarios", default=",".join(SCENARIOS), help="with commas between (all: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="of each scenario, the servers taking turns (%(default)s)")
    parser.add_argument("--out", required=True, metavar="FILE.json", help="for the record of every run")
    parser.add_argument("--livekit-rtc", metavar="JSON", type=json.loads, default={}, help="more for LiveKit's rtc")
    arguments = parser.parse_args()
    scenarios = arguments.scenarios.split(",")
    if unknown := set(scenarios) - set(SCENARIOS):
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}")
    if arguments.runs < 1 or os.geteuid() != 0:
        parser.error("at least one run, as root: network namespaces are made")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    binaries = (arguments.palabre, arguments.livekit, arguments.lk)
    record = {
        "versions": [output(binary, "--version").strip() for binary in binaries],
        "machine": {"kernel": platform.release(), "processors": os.cpu_count()},
        "window_seconds": WINDOW,
        "livekit_rtc": arguments.livekit_rtc,
    }
    results: list[dict] = []
    print("server time for a datagram, min / median / max; medians; most drops the tester tells of, joining included\n")
    try:
        for scenario in scenarios:
            for run in range(arguments.runs):
                results += [measure(arguments, name, scenario) for name in (SERVERS if run % 2 == 0 else SERVERS[::-1])]
            record.setdefault("summary", {})[scenario] = summary(results, scenario)
            show(scenario, record["summary"][scenario])
    except Failed as failure:
        print(f"beside_livekit: {failure}", file=sys.stderr)
        return 1
    finally:
        record["runs"] = results
        pathlib.Path(arguments.out).write_text(json.dumps(record, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
