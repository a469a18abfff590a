"""A participant driven by LiveKit's Python SDK, whose events can be awaited."""

import asyncio
import contextlib
from typing import Any, Callable, get_args

from livekit import rtc
from livekit.rtc.room import EventTypes

from proxy import Proxy

ONE_CONNECTION, TWO_CONNECTIONS = "one connection", "two connections"
SINGLE_PATHS = ("/rtc/v1", "/rtc/v1/validate")


class Client:
    """One person in a room; `await client.event(…)` takes the next event that fits, past or future."""

    def __init__(self, server_url: str, token: str, topology: str):
        self.proxy = Proxy(server_url, hidden=SINGLE_PATHS if topology == TWO_CONNECTIONS else ())
        self.topology, self.token = topology, token
        self.room = rtc.Room()
        self.seen: list[tuple[str, tuple]] = []
        self._news = asyncio.Event()
        self._playing: list[asyncio.Task] = []
        for name in get_args(EventTypes):
            self.room.on(name, self._recorder(name))

    def _recorder(self, name: str) -> Callable:
        def record(*details: Any) -> None:
            self.seen.append((name, details))
            self._news.set()

        return record

    async def connect(self, *, auto_subscribe: bool = True) -> "Client":
        url = await self.proxy.start()
        options = rtc.RoomOptions(auto_subscribe=auto_subscribe, single_peer_connection=True)
        async with asyncio.timeout(20):
            await self.room.connect(url, self.token, options)
        return self

    async def leave(self) -> None:
        for task in self._playing:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self.room.disconnect()
        await self.proxy.stop()

    @property
    def me(self) -> rtc.LocalParticipant:
        return self.room.local_participant

    def person(self, identity: str) -> rtc.RemoteParticipant:
        return self.room.remote_participants[identity]

    async def event(self, name: str, where: Callable[..., bool] = lambda *_: True, *, limit: float = 10) -> tuple:
        """The details of the first event of that name, not yet taken, for which `where` holds."""
        try:
            async with asyncio.timeout(limit):
                while True:
                    for index, (happened, details) in enumerate(self.seen):
                        if happened == name and where(*details):
                            del self.seen[index]
                            return details
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass
        raise AssertionError(f"{self.identity}: no fitting {name} in {limit} s; not taken yet: {self.seen}")

    @property
    def identity(self) -> str:
        return self.room.local_participant.identity if self.room.isconnected() else "(not connected)"

    def saw(self, name: str) -> list[tuple]:
        return [details for happened, details in self.seen if happened == name]

    async def until(self, holds: Callable[[], bool], what: str, *, limit: float = 10) -> None:
        """Waits until `holds` is true, looking again after every event."""
        try:
            async with asyncio.timeout(limit):
                while not holds():
                    self._news.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), 0.2)
        except TimeoutError:
            raise AssertionError(f"{what}: not so within {limit} s; events not taken yet: {self.seen}") from None

    async def sees(self, identity: str) -> rtc.RemoteParticipant:
        await self.until(lambda: identity in self.room.remote_participants, f"{identity} is seen")
        return self.person(identity)

    async def publish(self, thing) -> rtc.LocalTrackPublication:
        """Publishes a tone or a picture and starts playing it."""
        self._playing.append(asyncio.create_task(thing.play()))
        async with asyncio.timeout(10):
            return await self.me.publish_track(thing.track, thing.options)

    async def track(self, identity: str, kind: str, *, limit: float = 10) -> rtc.Track:
        """The audio or video track of somebody, once subscribed."""
        wanted = {"audio": rtc.TrackKind.KIND_AUDIO, "video": rtc.TrackKind.KIND_VIDEO}[kind]
        track, _, _ = await self.event(
            "track_subscribed", lambda track, _, person: person.identity == identity and track.kind == wanted, limit=limit
        )
        return track

    async def message(self, where: Callable[[rtc.DataPacket], bool] = lambda _: True) -> rtc.DataPacket:
        return (await self.event("data_received", where))[0]
