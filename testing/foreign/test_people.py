"""Who may enter and do what, and what people learn about each other."""

import asyncio
import sys

import aiohttp
import pytest
from livekit import api, rtc

from client import Client, ONE_CONNECTION
from conftest import both_topologies
from media import RED, Picture, Tone, hear


@both_topologies
async def test_coming_and_going_are_seen(seat):
    ama = await seat("ama", name="Ama Ata", metadata="host", attributes={"hand": "down"})
    kofi = await seat("kofi")
    (arrived,) = await ama.event("participant_connected")
    assert arrived.identity == "kofi"
    seen = await kofi.sees("ama")
    assert (seen.name, seen.metadata, seen.attributes) == ("Ama Ata", "host", {"hand": "down"})
    assert seen.sid == ama.me.sid and seen.sid.startswith("PA_")
    assert await ama.room.sid == await kofi.room.sid and (await ama.room.sid).startswith("RM_")
    await kofi.leave()
    (gone,) = await ama.event("participant_disconnected")
    assert gone.identity == "kofi"
    assert not ama.room.remote_participants


@both_topologies
async def test_metadata_name_and_attributes_are_told_to_others(seat):
    ama = await seat("ama", can_update_own_metadata=True, attributes={"hand": "down", "seat": "3"})
    kofi = await seat("kofi")
    await kofi.sees("ama")
    await ama.me.set_metadata("new words")
    who, _, new = await kofi.event("participant_metadata_changed")
    assert (who.identity, new) == ("ama", "new words")
    await ama.me.set_name("Ama A.")
    who, _, new = await kofi.event("participant_name_changed")
    assert (who.identity, new) == ("ama", "Ama A.")
    await ama.me.set_attributes({"hand": "up"})
    changed, who = await kofi.event("participant_attributes_changed")
    assert (changed, who.identity) == ({"hand": "up"}, "ama")
    assert kofi.person("ama").attributes == {"hand": "up", "seat": "3"}, "what was not named stays"
    await ama.me.set_attributes({"seat": ""})
    await kofi.event("participant_attributes_changed")
    assert "seat" not in kofi.person("ama").attributes, "an empty value removes it"
    await ama.until(lambda: ama.me.metadata == "new words" and ama.me.name == "Ama A.", "ama knows it too")


async def test_only_the_permitted_change_their_own_description(seat, rooms, room_name):
    ama = await seat("ama", metadata="given", can_update_own_metadata=False)
    await ama.me.set_metadata("mine")
    known = await rooms.get_participant(api.RoomParticipantIdentity(room=room_name, identity="ama"))
    assert known.metadata == "given"


@both_topologies
async def test_the_same_identity_again_takes_the_place_of_the_first(seat):
    witness = await seat("witness")
    first = await seat("ama")
    await witness.event("participant_connected", lambda who: who.identity == "ama")
    second = await seat("ama")
    (reason,) = await first.event("disconnected")
    assert reason == rtc.DisconnectReason.DUPLICATE_IDENTITY
    await witness.until(lambda: witness.person("ama").sid == second.me.sid, "the witness sees the second", limit=10)
    await second.publish(Tone(440))
    await hear(await witness.track("ama", "audio"), 440)
    assert second.room.isconnected() and len(witness.room.remote_participants) == 1


@both_topologies
async def test_who_may_not_publish_cannot(seat):
    ama, kofi = await seat("ama", can_publish=False), await seat("kofi")
    assert not ama.me.permissions.can_publish
    with pytest.raises((rtc.participant.PublishTrackError, TimeoutError)):
        await ama.publish(Tone(440))
    await kofi.publish(Tone(880))
    await hear(await ama.track("kofi", "audio"), 880)
    assert not kofi.person("ama").track_publications


async def test_who_may_publish_only_sound_cannot_show_a_picture(seat):
    ama, kofi = await seat("ama", can_publish_sources=["microphone"]), await seat("kofi")
    await ama.publish(Tone(440))
    await hear(await kofi.track("ama", "audio"), 440)
    with pytest.raises((rtc.participant.PublishTrackError, TimeoutError)):
        await ama.publish(Picture(RED))
    assert [p.kind for p in kofi.person("ama").track_publications.values()] == [rtc.TrackKind.KIND_AUDIO]


async def test_who_may_not_send_data_is_not_heard(seat):
    mute, ama, kofi = await seat("mute", can_publish_data=False), await seat("ama"), await seat("kofi")
    await asyncio.gather(kofi.sees("ama"), kofi.sees("mute"), ama.sees("kofi"), ama.sees("mute"))
    for _ in range(5):
        try:
            await mute.me.publish_data(b"psst")
        except rtc.participant.PublishDataError:
            break
    mute.seen.clear()
    await ama.me.publish_data(b"question")
    assert (await mute.message()).data == b"question"
    assert (await kofi.message()).data == b"question"


async def test_who_may_not_subscribe_gets_nothing(seat):
    ama = await seat("ama")
    blind = await seat("blind", can_subscribe=False)
    kofi = await seat("kofi")
    await asyncio.gather(ama.publish(Tone(440)), blind.publish(Tone(880)))
    await asyncio.gather(hear(await kofi.track("ama", "audio"), 440), hear(await ama.track("blind", "audio"), 880))
    assert not blind.saw("track_subscribed")


async def test_the_hidden_see_and_are_not_seen(seat):
    ama = await seat("ama")
    hidden = await seat("hidden", hidden=True)
    kofi = await seat("kofi")
    await ama.event("participant_connected", lambda who: who.identity == "kofi")
    await ama.publish(Tone(440))
    await asyncio.gather(hear(await hidden.track("ama", "audio"), 440), hear(await kofi.track("ama", "audio"), 440))
    assert "hidden" not in ama.room.remote_participants and "hidden" not in kofi.room.remote_participants


@pytest.mark.parametrize("wrong", ["forged", "expired", "without joining", "garbage", "unknown key"])
async def test_a_bad_token_is_refused(server, room_name, wrong):
    token = {
        "forged": lambda: api.AccessToken(server.key, "not the secret, but as long as one").with_identity("ama")
        .with_grants(api.VideoGrants(room_join=True, room=room_name)).to_jwt(),
        "unknown key": lambda: api.AccessToken("nobody", server.secret).with_identity("ama")
        .with_grants(api.VideoGrants(room_join=True, room=room_name)).to_jwt(),
        "expired": lambda: server.token("ama", room_name, ttl=-600),
        "without joining": lambda: server.token("ama", room_name, room_join=False),
        "garbage": lambda: "not.a.token",
    }[wrong]()
    async with aiohttp.ClientSession() as session:
        for path in ("/rtc/validate", "/rtc/v1/validate"):
            async with session.get(server.http + path, headers={"Authorization": f"Bearer {token}", "Origin": "https://elsewhere.example"}) as answer:
                # without a join request the newer address may complain of that first
                assert answer.status in ((401,) if path == "/rtc/validate" else (400, 401)), (path, answer.status)
                assert answer.headers.get("Access-Control-Allow-Origin"), "a browser must be able to read the refusal"
    client = Client(server.url, token, ONE_CONNECTION)
    with pytest.raises(rtc.ConnectError):
        await client.connect()
    await client.leave()


@pytest.mark.parametrize("carried", ["header", "query"])
async def test_a_good_token_is_accepted_in_header_and_query(server, room_name, carried):
    token = server.token("ama", room_name)
    how = {"headers": {"Authorization": f"Bearer {token}"}} if carried == "header" else {"params": {"access_token": token}}
    async with aiohttp.ClientSession() as session, session.get(f"{server.http}/rtc/validate", **how) as answer:
        assert (answer.status, (await answer.text()).strip()) == (200, "success")


async def test_one_who_vanishes_is_missed(seat, server, room_name):
    """A computer that dies says no goodbye: others are told once its media and signalling have stopped."""
    ama = await seat("ama")
    script = (
        "import asyncio, sys\nfrom livekit import rtc\n"
        "async def main():\n    room = rtc.Room()\n    await room.connect(sys.argv[1], sys.argv[2])\n"
        "    await asyncio.sleep(60)\nasyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, server.url, server.token("kofi", room_name))
    try:
        await ama.event("participant_connected", lambda who: who.identity == "kofi", limit=15)
        await ama.event("participant_active", lambda who: who.identity == "kofi", limit=15)
    finally:
        process.kill()
        await process.wait()
    await ama.event("participant_disconnected", lambda who: who.identity == "kofi", limit=35)
