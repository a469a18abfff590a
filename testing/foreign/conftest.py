"""Starts the server, mints tokens and seats people, for every test of this folder."""

import asyncio
import contextlib
import datetime
import itertools
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest
import pytest_asyncio
from livekit import api

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from client import ONE_CONNECTION, TWO_CONNECTIONS, Client  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclass
class Server:
    """A running server and a key to it."""

    url: str
    key: str
    secret: str
    ours: bool = True

    @property
    def http(self) -> str:
        return self.url.replace("ws", "http", 1)

    def token(self, identity: str, room: str, *, ttl: float = 3600, metadata: str = "", name: str = "", attributes=None, **grants) -> str:
        token = api.AccessToken(self.key, self.secret).with_identity(identity).with_ttl(datetime.timedelta(seconds=ttl))
        token = token.with_grants(api.VideoGrants(**{"room_join": True, "room": room, **grants}))
        if metadata:
            token = token.with_metadata(metadata)
        if name:
            token = token.with_name(name)
        if attributes:
            token = token.with_attributes(attributes)
        return token.to_jwt()


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(address: str, process: subprocess.Popen, log: pathlib.Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    pytest.exit(f"the server did not get ready:\n{log.read_text()[-4000:]}", returncode=3)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    if url := os.environ.get("PALABRE_TEST_URL"):
        yield Server(url, os.environ["PALABRE_TEST_KEY"], os.environ["PALABRE_TEST_SECRET"], ours=False)
        return
    binary = os.environ.get("PALABRE_BINARY", str(ROOT / "target/debug/palabre"))
    folder = tmp_path_factory.mktemp("palabre")
    data, log = folder / "data", folder / "server.log"
    data.mkdir()
    made = subprocess.run([binary, "keys", "add", "foreign", "--data", str(data), "--json"], capture_output=True, text=True, timeout=30)
    if made.returncode != 0:
        pytest.exit(f"`palabre keys add` failed: {made.stdout}{made.stderr}", returncode=3)
    credentials = json.loads(made.stdout)
    listen = f"127.0.0.1:{_free_port(socket.SOCK_STREAM)}"
    media = str(_free_port(socket.SOCK_DGRAM))
    command = [binary, "serve", "--data", str(data), "--listen", listen, "--media-port", media, "--media-address", "127.0.0.1"]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(f"http://{listen}", process, log)
        yield Server(f"ws://{listen}", credentials["key"], credentials["secret"])
    finally:
        alive = process.poll() is None
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            print("the server did not stop within 15 s of SIGTERM")
        if not alive:
            print(f"the server had died ({process.returncode}):\n{log.read_text()[-4000:]}")
        else:
            print(f"server log: {log}")


_numbers = itertools.count(1)


@pytest.fixture
def room_name() -> str:
    """A room of its own for each test."""
    return f"foreign-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def topology() -> str:
    return ONE_CONNECTION


both_topologies = pytest.mark.parametrize("topology", [ONE_CONNECTION, TWO_CONNECTIONS], ids=["one", "two"])


@pytest_asyncio.fixture
async def seat(server, room_name, topology):
    """`await seat("ama", …)` lets somebody enter this test's room; everybody leaves at its end."""
    seated: list[Client] = []

    async def enter(identity: str, *, room: str = room_name, auto_subscribe: bool = True, token: str | None = None, topology: str = topology, **grants):
        client = Client(server.url, token or server.token(identity, room, **grants), topology)
        seated.append(client)
        return await client.connect(auto_subscribe=auto_subscribe)

    yield enter
    await asyncio.gather(*(client.leave() for client in seated))


@pytest_asyncio.fixture
async def rooms(server):
    """The server API of rooms, with the operator's key."""
    async with contextlib.AsyncExitStack() as stack:
        caller = api.LiveKitAPI(server.http, server.key, server.secret)
        stack.push_async_callback(caller.aclose)
        yield caller.room
