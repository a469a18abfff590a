"""Messages, streams and remote calls reach whom they are for, with the sender's name stamped by the server."""

import asyncio
import os

import pytest
from livekit import rtc

from conftest import both_topologies


async def _three(seat):
    people = await asyncio.gather(seat("ama"), seat("kofi"), seat("esi"))
    for person in people:
        for other in people:
            if other is not person:
                await person.sees(other.me.identity)
    return people


@both_topologies
async def test_a_reliable_message_reaches_everybody_else_with_its_sender(seat):
    ama, kofi, esi = await _three(seat)
    await ama.me.publish_data(b"akwaaba", reliable=True, topic="greetings")
    for listener in (kofi, esi):
        packet = await listener.message()
        assert (packet.data, packet.topic, packet.participant.identity) == (b"akwaaba", "greetings", "ama")
        assert packet.kind == rtc.DataPacketKind.KIND_RELIABLE
    await kofi.me.publish_data(b"thanks", reliable=True)
    first = await ama.message()
    assert (first.data, first.participant.identity) == (b"thanks", "kofi"), "nobody hears their own message"


@both_topologies
async def test_a_lossy_message_reaches_everybody_else_with_its_sender(seat):
    ama, kofi, esi = await _three(seat)

    async def repeat():  # it may be lost: say it until it is heard
        while True:
            await ama.me.publish_data(b"tick", reliable=False, topic="clock")
            await asyncio.sleep(0.05)

    saying = asyncio.create_task(repeat())
    try:
        for listener in (kofi, esi):
            packet = await listener.message()
            assert (packet.data, packet.topic, packet.participant.identity) == (b"tick", "clock", "ama")
            assert packet.kind == rtc.DataPacketKind.KIND_LOSSY
    finally:
        saying.cancel()


@both_topologies
async def test_a_message_for_one_reaches_only_that_one(seat):
    ama, kofi, esi = await _three(seat)
    await ama.me.publish_data(b"for kofi", destination_identities=["kofi"])
    await ama.me.publish_data(b"for all")
    assert (await kofi.message()).data == b"for kofi"
    assert (await kofi.message()).data == b"for all"
    assert (await esi.message()).data == b"for all", "in order, so the first would have come before"


async def test_reliable_messages_arrive_whole_and_in_order(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await ama.sees("kofi")
    sent = [bytes([number % 256]) * (1 + number * 97 % 14_000) for number in range(150)]
    for payload in sent:
        await ama.me.publish_data(payload)
    assert [(await kofi.message()).data for _ in sent] == sent


def _texts(client, topic: str) -> asyncio.Queue:
    texts: asyncio.Queue = asyncio.Queue()

    def arrived(reader: rtc.TextStreamReader, identity: str) -> None:
        async def read():
            await texts.put((identity, reader.info.attributes, await reader.read_all()))

        texts.task = asyncio.create_task(read())

    client.room.register_text_stream_handler(topic, arrived)
    return texts


@both_topologies
async def test_a_long_text_arrives_as_a_stream(seat):
    ama, kofi, esi = await _three(seat)
    boxes = [_texts(kofi, "lk.chat"), _texts(esi, "lk.chat")]
    text = "".join(f"{number} évènements — ça déborde\n" for number in range(4_000))
    await ama.me.send_text(text, topic="lk.chat", attributes={"colour": "bleu"}, compress=False)
    for box in boxes:
        identity, attributes, received = await asyncio.wait_for(box.get(), 10)
        assert (identity, attributes["colour"]) == ("ama", "bleu")
        assert received == text


async def test_a_text_can_be_written_piece_by_piece_to_one_person(seat):
    ama, kofi, esi = await _three(seat)
    to_kofi, to_esi = _texts(kofi, "draft"), _texts(esi, "draft")
    writer = await ama.me.stream_text(topic="draft", destination_identities=["kofi"])
    for piece in ("un ", "deux ", "trois"):
        await writer.write(piece)
    await writer.aclose()
    assert (await asyncio.wait_for(to_kofi.get(), 10))[2] == "un deux trois"
    await ama.me.send_text("for all", topic="draft")
    assert (await asyncio.wait_for(to_esi.get(), 10))[2] == "for all"


async def test_a_file_arrives_byte_for_byte(seat, tmp_path):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await ama.sees("kofi")
    files: asyncio.Queue = asyncio.Queue()

    def arrived(reader: rtc.ByteStreamReader, identity: str) -> None:
        async def read():
            await files.put((identity, reader.info.name, b"".join([piece async for piece in reader])))

        files.task = asyncio.create_task(read())

    kofi.room.register_byte_stream_handler("files", arrived)
    content = os.urandom(400_000)
    path = tmp_path / "plan.bin"
    path.write_bytes(content)
    await ama.me.send_file(str(path), topic="files")
    assert await asyncio.wait_for(files.get(), 15) == ("ama", "plan.bin", content)


@both_topologies
async def test_a_remote_call_is_answered(seat):
    ama, kofi, _ = await _three(seat)

    @kofi.me.register_rpc_method("greet")
    async def greet(call: rtc.RpcInvocationData) -> str:
        return f"hello {call.caller_identity}, you said {call.payload}"

    answer = await ama.me.perform_rpc(destination_identity="kofi", method="greet", payload="good morning")
    assert answer == "hello ama, you said good morning"
    long = "x" * 12_000
    assert (await ama.me.perform_rpc(destination_identity="kofi", method="greet", payload=long)).endswith(long)


async def test_a_failing_remote_call_says_why(seat):
    ama, kofi = await asyncio.gather(seat("ama"), seat("kofi"))
    await asyncio.gather(ama.sees("kofi"), kofi.sees("ama"))

    @kofi.me.register_rpc_method("refuse")
    async def refuse(_: rtc.RpcInvocationData) -> str:
        raise rtc.RpcError(1234, "not today", "details")

    with pytest.raises(rtc.RpcError) as refused:
        await ama.me.perform_rpc(destination_identity="kofi", method="refuse", payload="")
    assert (refused.value.code, refused.value.message, refused.value.data) == (1234, "not today", "details")
    with pytest.raises(rtc.RpcError) as unknown:
        await ama.me.perform_rpc(destination_identity="kofi", method="nothing", payload="")
    assert unknown.value.code == rtc.RpcError.ErrorCode.UNSUPPORTED_METHOD


async def test_rooms_do_not_hear_each_other(seat, room_name):
    ama, kofi, elsewhere = await asyncio.gather(seat("ama"), seat("kofi"), seat("elsewhere", room=f"{room_name}-b"))
    neighbour = await seat("neighbour", room=f"{room_name}-b")
    await asyncio.gather(ama.sees("kofi"), elsewhere.sees("neighbour"), neighbour.sees("elsewhere"))
    await ama.me.publish_data(b"ours")
    assert (await kofi.message()).data == b"ours"
    await neighbour.me.publish_data(b"theirs")
    assert (await elsewhere.message()).data == b"theirs"
    assert set(ama.room.remote_participants) == {"kofi"}
    assert set(elsewhere.room.remote_participants) == {"neighbour"}
