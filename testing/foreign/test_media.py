"""People see and hear each other."""

import asyncio
import contextlib

from livekit import rtc

from conftest import both_topologies
from media import BLUE, GREEN, RED, Picture, Tone, goes_quiet, hear, hear_silence, watch


@both_topologies
async def test_two_people_see_and_hear_each_other(seat, topology):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await asyncio.gather(
        ama.publish(Tone(440)), ama.publish(Picture(RED)), kofi.publish(Tone(880)), kofi.publish(Picture(BLUE))
    )
    for listener, speaker, hertz, colour in ((kofi, "ama", 440, RED), (ama, "kofi", 880, BLUE)):
        sound, picture = await asyncio.gather(listener.track(speaker, "audio"), listener.track(speaker, "video"))
        await asyncio.gather(hear(sound, hertz), watch(picture, colour))
    joined_by = {path.split("?")[0] for path in ama.proxy.paths}
    assert ("/rtc/v1" in joined_by) and (("/rtc" in joined_by) == (topology == "two connections"))


@both_topologies
async def test_a_late_joiner_gets_what_is_already_published(seat):
    ama = await seat("ama")
    await asyncio.gather(ama.publish(Tone(440)), ama.publish(Picture(GREEN)))
    late = await seat("late")
    assert (await late.sees("ama")).identity == "ama"
    sound, picture = await asyncio.gather(late.track("ama", "audio"), late.track("ama", "video"))
    await asyncio.gather(hear(sound, 440), watch(picture, GREEN))


@both_topologies
async def test_five_people_all_hear_each_other(seat):
    names = ["a", "b", "c", "d", "e"]
    people = await asyncio.gather(*(seat(name) for name in names))
    pitches = {name: 400 + 150 * number for number, name in enumerate(names)}
    await asyncio.gather(*(person.publish(Tone(pitches[name])) for name, person in zip(names, people)))

    async def listens(person, to):
        await hear(await person.track(to, "audio"), pitches[to])

    await asyncio.gather(*(listens(person, to) for name, person in zip(names, people) for to in names if to != name))


async def test_h264_is_carried_as_well_as_vp8(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await ama.publish(Picture(GREEN, codec=rtc.VideoCodec.H264))
    picture = await kofi.track("ama", "video")
    await watch(picture, GREEN)
    assert kofi.person("ama").track_publications[picture.sid].mime_type.lower() == "video/h264"


@both_topologies
async def test_a_viewer_chooses_among_the_layers_of_a_picture(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await ama.publish(Picture(RED, width=1280, height=720, simulcast=True))
    picture = await kofi.track("ama", "video")
    publication = kofi.person("ama").track_publications[picture.sid]
    assert publication.simulcasted
    assert (await watch(picture, RED, width=1280, limit=15)).height == 720
    publication.set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_LOW)
    assert (await watch(picture, RED, width=320, limit=15)).height == 180
    publication.set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_MEDIUM)
    assert (await watch(picture, RED, width=640, limit=15)).height == 360


@both_topologies
async def test_muting_is_seen_and_heard_and_so_is_unmuting(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    tone = Tone(440)
    published = await ama.publish(tone)
    sound = await kofi.track("ama", "audio")
    await hear(sound, 440)
    tone.track.mute()
    who, what = await kofi.event("track_muted")
    assert (who.identity, what.sid, what.muted) == ("ama", published.sid, True)
    await hear_silence(sound)
    tone.track.unmute()
    who, what = await kofi.event("track_unmuted")
    assert (who.identity, what.sid, what.muted) == ("ama", published.sid, False)
    await hear(sound, 440)


async def test_a_newcomer_learns_who_is_muted(seat):
    ama = await seat("ama")
    tone = Tone(440)
    published = await ama.publish(tone)
    kofi = await seat("kofi")
    await hear(await kofi.track("ama", "audio"), 440)
    tone.track.mute()
    await kofi.event("track_muted")
    late = await seat("late")
    await late.until(lambda: published.sid in late.person("ama").track_publications, "the muted track is listed")
    assert late.person("ama").track_publications[published.sid].muted


@both_topologies
async def test_unpublishing_is_seen_and_the_place_is_used_again(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    for hertz, colour in ((440, RED), (660, BLUE), (880, GREEN)):
        published = await asyncio.gather(ama.publish(Tone(hertz)), ama.publish(Picture(colour)))
        sound, picture = await asyncio.gather(kofi.track("ama", "audio"), kofi.track("ama", "video"))
        await asyncio.gather(hear(sound, hertz), watch(picture, colour))
        for publication in published:
            await ama.me.unpublish_track(publication.sid)
            await kofi.event("track_unpublished", lambda gone, who: gone.sid == publication.sid and who.identity == "ama")
            await kofi.event("track_unsubscribed", lambda track, gone, who: gone.sid == publication.sid)
    assert not kofi.person("ama").track_publications


async def _any_of(ways):
    """Waits until one of them succeeds; fails as the last one when none does."""
    for way in asyncio.as_completed(ways):
        with contextlib.suppress(AssertionError):
            return await way
    return await ways[-1]


@both_topologies
async def test_a_viewer_stops_and_resumes_one_track(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await asyncio.gather(ama.publish(Tone(440)), ama.publish(Picture(RED)))
    sound, picture = await asyncio.gather(kofi.track("ama", "audio"), kofi.track("ama", "video"))
    await asyncio.gather(hear(sound, 440), watch(picture, RED))
    publication = kofi.person("ama").track_publications[picture.sid]
    publication.set_subscribed(False)
    await kofi.event("track_unsubscribed", lambda track, gone, who: gone.sid == publication.sid)
    await asyncio.gather(goes_quiet(picture), hear(sound, 440))
    publication.set_subscribed(True)

    async def as_a_new_track():
        await watch(await kofi.track("ama", "video"), RED)

    # over two connections the SDK may revive the track it had instead of announcing one
    ways = [asyncio.create_task(as_a_new_track()), asyncio.create_task(watch(picture, RED))]
    try:
        await _any_of(ways)
    finally:
        for way in ways:
            way.cancel()


async def test_nothing_comes_unasked_without_auto_subscribe(seat):
    ama = await seat("ama")
    await asyncio.gather(ama.publish(Tone(440)), ama.publish(Picture(RED)))
    kofi = await seat("kofi", auto_subscribe=False)
    await kofi.until(lambda: len(kofi.person("ama").track_publications) == 2, "both tracks are listed")
    wanted = next(p for p in kofi.person("ama").track_publications.values() if p.kind == rtc.TrackKind.KIND_AUDIO)
    wanted.set_subscribed(True)
    await hear(await kofi.track("ama", "audio"), 440)
    assert not kofi.saw("track_subscribed"), "the picture was not asked for"


async def test_the_publisher_learns_of_the_first_viewer(seat):
    ama = await seat("ama")
    published = await ama.publish(Tone(440))
    waiting = asyncio.create_task(published.wait_for_subscription())
    kofi = await seat("kofi")
    await kofi.track("ama", "audio")
    async with asyncio.timeout(5):
        await waiting


async def test_who_speaks_is_announced(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    tone = Tone(440)
    await ama.publish(tone)
    await kofi.event("active_speakers_changed", lambda speakers: [s.identity for s in speakers] == ["ama"])
    tone.track.mute()
    await kofi.event("active_speakers_changed", lambda speakers: speakers == [])


async def test_a_publisher_chooses_who_may_watch(seat):
    ama, kofi, nosy = await asyncio.gather(seat("ama"), seat("kofi"), seat("nosy"))
    await ama.publish(Tone(440))
    heard = await asyncio.gather(kofi.track("ama", "audio"), nosy.track("ama", "audio"))
    await asyncio.gather(*(hear(sound, 440) for sound in heard))
    ama.me.set_track_subscription_permissions(
        allow_all_participants=False,
        participant_permissions=[rtc.ParticipantTrackPermission(participant_identity="kofi", allow_all=True)],
    )
    await goes_quiet(heard[1])
    await hear(heard[0], 440)
    ama.me.set_track_subscription_permissions(allow_all_participants=True)
    await hear(await nosy.track("ama", "audio"), 440)


async def test_camera_and_screen_of_one_person_are_told_apart(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await asyncio.gather(
        ama.publish(Picture(RED)),
        ama.publish(Picture(GREEN, name="screen", source=rtc.TrackSource.SOURCE_SCREENSHARE)),
        ama.publish(Tone(440)),
        ama.publish(Tone(660, name="screen sound", source=rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO)),
    )
    expected = {
        rtc.TrackSource.SOURCE_CAMERA: lambda track: watch(track, RED),
        rtc.TrackSource.SOURCE_SCREENSHARE: lambda track: watch(track, GREEN),
        rtc.TrackSource.SOURCE_MICROPHONE: lambda track: hear(track, 440),
        rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO: lambda track: hear(track, 660),
    }

    async def check(source, proof):
        track, publication, _ = await kofi.event("track_subscribed", lambda track, publication, who: publication.source == source)
        await proof(track)

    await asyncio.gather(*(check(source, proof) for source, proof in expected.items()))
