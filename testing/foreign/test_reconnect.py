"""A call survives a broken network."""

import asyncio

from livekit import rtc

from conftest import both_topologies
from media import BLUE, RED, Picture, Tone, hear, watch


async def _talking(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await asyncio.gather(ama.publish(Tone(440)), ama.publish(Picture(RED)), kofi.publish(Tone(880)), kofi.publish(Picture(BLUE)))
    return ama, kofi, await _both_perceive(ama, kofi)


async def _tracks(ama, kofi):
    return await asyncio.gather(
        ama.track("kofi", "audio"), ama.track("kofi", "video"), kofi.track("ama", "audio"), kofi.track("ama", "video")
    )


async def _perceive(sound, picture, heard, seen):
    await asyncio.gather(hear(sound, 880), watch(picture, BLUE), hear(heard, 440), watch(seen, RED))


async def _both_perceive(ama, kofi):
    tracks = await _tracks(ama, kofi)
    await _perceive(*tracks)
    return tracks


@both_topologies
async def test_a_lost_signalling_socket_is_resumed_and_nobody_notices(seat):
    ama, kofi, tracks = await _talking(seat)
    before = kofi.me.sid
    assert kofi.proxy.cut() > 0
    await kofi.event("reconnecting")
    await kofi.event("reconnected")
    await _perceive(*tracks)
    assert kofi.me.sid == before and kofi.room.isconnected()
    assert any("reconnect" in path or path.startswith("/rtc/v1?join_request") for path in kofi.proxy.paths[1:])
    for person in (ama, kofi):
        for lost in ("participant_disconnected", "track_unpublished", "track_unsubscribed", "local_track_republished"):
            assert not person.saw(lost), lost
    next(iter(kofi.me.track_publications.values())).track.mute()
    await ama.event("track_muted")
    await kofi.me.publish_data(b"still here")
    assert (await ama.message()).data == b"still here"
    await ama.me.publish_data(b"so am I")
    assert (await kofi.message()).data == b"so am I"


async def test_what_changed_during_the_gap_is_known_after_it(seat):
    ama, kofi, tracks = await _talking(seat)
    kofi.proxy.cut(until_repaired=True)
    await kofi.event("reconnecting")
    esi = await seat("esi")
    await esi.publish(Tone(660))
    await hear(await ama.track("esi", "audio"), 660)
    muted = next(p for p in ama.me.track_publications.values() if p.kind == rtc.TrackKind.KIND_AUDIO)
    muted.track.mute()
    await esi.event("track_muted")
    kofi.proxy.repair.set()
    await kofi.event("reconnected", limit=20)
    await kofi.sees("esi")
    await hear(await kofi.track("esi", "audio"), 660)
    await kofi.until(lambda: kofi.person("ama").track_publications[muted.sid].muted, "the mute is known")
    muted.track.unmute()
    await _perceive(*tracks)


@both_topologies
async def test_a_full_reconnect_publishes_and_subscribes_again(seat):
    ama, kofi, _ = await _talking(seat)
    before = kofi.me.sid
    await kofi.room.simulate_scenario(rtc.room.SimulateScenarioKind.SIMULATE_FULL_RECONNECT)
    await kofi.event("reconnected", limit=15)
    sound, picture = await asyncio.gather(ama.track("kofi", "audio", limit=15), ama.track("kofi", "video", limit=15))
    await asyncio.gather(hear(sound, 880), watch(picture, BLUE))
    await kofi.until(lambda: all(p.track for p in kofi.person("ama").track_publications.values()), "kofi is subscribed again")
    remote = {p.kind: p.track for p in kofi.person("ama").track_publications.values()}
    await asyncio.gather(hear(remote[rtc.TrackKind.KIND_AUDIO], 440), watch(remote[rtc.TrackKind.KIND_VIDEO], RED))
    assert before.startswith("PA_") and len(ama.room.remote_participants) == 1


async def test_a_simulated_loss_of_signalling_is_resumed(seat):
    ama, kofi, tracks = await _talking(seat)
    await kofi.room.simulate_scenario(rtc.room.SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT)
    await kofi.event("reconnected")
    await _perceive(*tracks)
    assert not ama.saw("participant_disconnected")
