"""A small TCP proxy between one client and the server, to cut its signalling or hide an address from it."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

NOT_HERE = (
    b"HTTP/1.1 404 Not Found\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 10\r\nConnection: close\r\n\r\nnot found\n"
)


@dataclass
class Proxy:
    """Forwards HTTP and WebSocket connections to `upstream`; media goes past it, straight to the server."""

    upstream: str
    hidden: tuple[str, ...] = ()
    paths: list[str] = field(default_factory=list)
    repair: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> str:
        address = urlsplit(self.upstream)
        self._host, self._port = address.hostname, address.port
        self._sockets: set[asyncio.StreamWriter] = set()
        self.repair.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self, *, until_repaired: bool = False) -> int:
        """Breaks every open connection as a lost network would, and says how many there were; new ones wait for `repair.set()`."""
        if until_repaired:
            self.repair.clear()
        broken = len(self._sockets)
        for writer in list(self._sockets):
            writer.transport.abort()
        return broken

    async def stop(self) -> None:
        self._server.close()
        self.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = None
        try:
            await self.repair.wait()
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            self.paths.append(path)
            if urlsplit(path).path in self.hidden:
                writer.write(NOT_HERE)
                await writer.drain()
                return
            back, upstream = await asyncio.open_connection(self._host, self._port)
            self._sockets.add(writer)
            upstream.write(head)
            await asyncio.gather(_pipe(reader, upstream), _pipe(back, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._sockets.discard(writer)
            for end in (writer, upstream):
                if end is not None:
                    end.transport.abort() if end.transport.is_closing() else end.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
