"""Sounds and pictures that can be recognised on the other side: a tone has a pitch, a picture has a colour and moves."""

import asyncio
import contextlib
from dataclasses import dataclass

import numpy as np
from livekit import rtc

RATE = 48_000
PIECE = RATE // 50  # samples in 20 ms
WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 360, 15

RED, GREEN, BLUE = (200, 40, 40), (40, 180, 60), (40, 60, 200)


class Tone:
    """A microphone that hears one tone."""

    def __init__(self, hertz: float, name: str = "microphone", source=rtc.TrackSource.SOURCE_MICROPHONE):
        self.hertz = hertz
        self._source = rtc.AudioSource(RATE, 1, queue_size_ms=100)
        self.track = rtc.LocalAudioTrack.create_audio_track(name, self._source)
        self.options = rtc.TrackPublishOptions(source=source)

    async def play(self) -> None:
        at = 0
        while True:
            wave = np.sin(2 * np.pi * self.hertz * (np.arange(PIECE) + at) / RATE) * 12_000
            at += PIECE
            await self._source.capture_frame(rtc.AudioFrame(wave.astype(np.int16).tobytes(), RATE, 1, PIECE))


class Picture:
    """A camera that sees a plain colour with a white bar wandering over it."""

    def __init__(self, colour, *, width=WIDTH, height=HEIGHT, simulcast=False, codec=rtc.VideoCodec.VP8, name="camera",
                 source=rtc.TrackSource.SOURCE_CAMERA):
        self.colour = colour
        self._size = (width, height)
        self._source = rtc.VideoSource(width, height)
        self.track = rtc.LocalVideoTrack.create_video_track(name, self._source)
        self.options = rtc.TrackPublishOptions(source=source, simulcast=simulcast, video_codec=codec)

    async def play(self) -> None:
        width, height = self._size
        plain = np.empty((height, width, 4), np.uint8)
        plain[:] = (*self.colour, 255)
        step = 0
        clock = asyncio.get_running_loop()
        due = clock.time()
        while True:
            frame = plain.copy()
            left = (step * 16) % (width - 64)
            frame[height // 2 :, left : left + 64] = 255
            self._source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.RGBA, frame.tobytes()))
            step += 1
            due += 1 / FRAMES_PER_SECOND
            await asyncio.sleep(max(0, due - clock.time()))  # the camera's own clock


@dataclass
class Sight:
    """What two frames of a picture show."""

    width: int
    height: int
    colour: tuple[int, int, int]
    moved: bool


def _look(frame: rtc.VideoFrame):
    picture = frame.convert(rtc.VideoBufferType.RGBA)
    pixels = np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, 4)[:, :, :3].astype(int)
    colour = pixels[: picture.height // 3].reshape(-1, 3).mean(axis=0)
    bar = pixels[picture.height * 3 // 4].min(axis=1) > 190
    where = float(np.flatnonzero(bar).mean()) / picture.width if bar.any() else None
    return colour, where


def alike(seen, colour) -> bool:
    return bool(np.abs(np.array(seen) - np.array(colour)).max() < 45)


async def watch(track: rtc.Track, colour, *, limit: float = 10, width: int | None = None) -> Sight:
    """Watches until the picture has the colour (and the width, when asked) and its bar has moved."""
    seen, places = [], []
    stream = rtc.VideoStream(track, capacity=1)
    try:
        async with asyncio.timeout(limit):
            async for event in stream:
                shown, where = _look(event.frame)
                seen.append((event.frame.width, event.frame.height, tuple(int(c) for c in shown)))
                if where is None or not alike(shown, colour) or (width and event.frame.width != width):
                    continue
                places.append(where)
                if len(places) > 3 and max(places) - min(places) > 0.03:
                    return Sight(event.frame.width, event.frame.height, seen[-1][2], True)
    except TimeoutError:
        pass
    finally:
        with contextlib.suppress(Exception):
            await stream.aclose()
    raise AssertionError(
        f"no moving picture of colour {colour}{f', {width} wide' if width else ''} in {limit} s; {len(seen)} frames, the last: {seen[-3:]}"
    )


def pitch(samples: np.ndarray) -> tuple[float, float]:
    """The strongest frequency, and how loud the whole is (root mean square of 16-bit samples)."""
    loudness = float(np.sqrt(np.mean(samples.astype(float) ** 2)))
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / RATE)[spectrum.argmax()]), loudness


async def _listen(track: rtc.Track, wanted, limit: float, what: str) -> tuple[float, float]:
    heard, pieces = [], []
    stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1)
    try:
        async with asyncio.timeout(limit):
            async for event in stream:
                pieces.append(np.frombuffer(event.frame.data, np.int16))
                if sum(map(len, pieces)) < RATE * 3 // 10:
                    continue
                heard.append(pitch(np.concatenate(pieces)))
                pieces.clear()
                if wanted(*heard[-1]):
                    return heard[-1]
    except TimeoutError:
        pass
    finally:
        with contextlib.suppress(Exception):
            await stream.aclose()
    raise AssertionError(f"{what} not heard in {limit} s; (hertz, loudness) of the last pieces: {heard[-5:]}")


async def hear(track: rtc.Track, hertz: float, *, limit: float = 10) -> tuple[float, float]:
    """Listens until the tone is there: 0.3 s in which it is the strongest frequency, and loud."""
    return await _listen(track, lambda high, loud: abs(high - hertz) < 8 and loud > 1_500, limit, f"a tone of {hertz} Hz")


async def goes_quiet(track: rtc.Track, *, limit: float = 10) -> None:
    """Waits until a track that was stopped brings nothing more: 0.7 s without a frame, or 0.3 s of silence."""
    if track.kind == rtc.TrackKind.KIND_AUDIO:
        stream, silent = rtc.AudioStream(track, sample_rate=RATE, num_channels=1), 0
    else:
        stream, silent = rtc.VideoStream(track, capacity=1), 0
    try:
        async with asyncio.timeout(limit):
            while silent < 30:
                try:
                    event = await asyncio.wait_for(anext(stream), 0.7)
                except (StopAsyncIteration, TimeoutError):
                    return
                if isinstance(event, rtc.AudioFrameEvent):
                    silent = silent + 1 if np.abs(np.frombuffer(event.frame.data, np.int16)).max() < 100 else 0
    except TimeoutError:
        raise AssertionError(f"the track still brings frames after {limit} s") from None
    finally:
        with contextlib.suppress(Exception):
            await stream.aclose()


async def hear_silence(track: rtc.Track, *, limit: float = 10) -> tuple[float, float]:
    return await _listen(track, lambda high, loud: loud < 50, limit, "silence")
