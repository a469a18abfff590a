//! Signalling over real sockets with the real room: joining, hearing of others, bad input, leaving, coming back.

use futures_util::SinkExt;
use livekit_protocol as proto;
use meetings::people::Role;
use proto::signal_request::Message as Ask;
use proto::signal_response::Message as Answer;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Client, Ended, Server, eventually, join_request, open};

fn close_code(ended: Ended) -> (u16, String) {
    match ended {
        Ended::Closed(Some(frame)) => (frame.code.into(), frame.reason.to_string()),
        other => panic!("the socket closed without saying why: {other:?}"),
    }
}

fn microphone(cid: &str) -> Ask {
    Ask::AddTrack(proto::AddTrackRequest {
        cid: cid.to_owned(),
        name: "mic".to_owned(),
        r#type: proto::TrackType::Audio.into(),
        source: proto::TrackSource::Microphone.into(),
        ..Default::default()
    })
}

#[tokio::test]
async fn the_first_word_holds_all_that_clients_need() {
    let server = Server::start().await;
    let client = server.client("tree", "ada").await;
    let join = client.join;
    let info = join.server_info.expect("server info");
    assert_eq!((info.version.as_str(), info.protocol), ("1.13.5", 17));
    assert_eq!(join.server_version, "1.13.5");
    let room = join.room.expect("a room");
    assert!(room.sid.starts_with("RM_") && room.name == "tree");
    let participant = join.participant.expect("a participant");
    assert!(participant.sid.starts_with("PA_") && participant.identity == "ada" && participant.name == "ADA");
    assert!(participant.permission.expect("a permission").can_publish);
    assert_eq!((join.ping_interval, join.ping_timeout), (5, 15));
    assert!(join.fast_publish && !join.subscriber_primary && join.ice_servers.is_empty());
    assert_eq!(join.enabled_publish_codecs[0].mime, "video/VP8");
    assert!(join.other_participants.is_empty());
}

#[tokio::test]
async fn the_old_path_gives_two_connections_and_an_offer() {
    let server = Server::start().await;
    let token = server.join_token("tree", "ada");
    let socket = open(&server, &token, "/rtc", "auto_subscribe=1&sdk=go")
        .await
        .expect("admitted");
    let mut client = Client {
        socket,
        join: proto::JoinResponse::default(),
    };
    let Ok(Answer::Join(join)) = client.next().await else {
        panic!("the first word is a join")
    };
    assert!(join.subscriber_primary);
    let offer = client.until(|answer| match answer {
        Answer::Offer(offer) => Some(offer),
        _ => None,
    });
    let offer = offer.await;
    assert!(
        offer.id > 0 && offer.sdp.contains("m=application"),
        "{}",
        offer.sdp
    );
}

#[tokio::test]
async fn people_hear_of_each_other() {
    let server = Server::start().await;
    let mut ada = server.client("tree", "ada").await;
    let mut bob = server.client("tree", "bob").await;
    assert_eq!(bob.join.other_participants.len(), 1);
    let met = ada.until(|answer| match answer {
        Answer::Update(update) => update.participants.into_iter().find(|who| who.identity == "bob"),
        _ => None,
    });
    assert_eq!(met.await.sid, bob.sid());
    bob.ask(Ask::Leave(proto::LeaveRequest::default())).await;
    let gone = ada.until(|answer| match answer {
        Answer::Update(update) => update
            .participants
            .into_iter()
            .find(|who| who.identity == "bob" && who.state() == proto::participant_info::State::Disconnected),
        _ => None,
    });
    gone.await;
}

#[tokio::test]
async fn pings_of_both_kinds_are_answered_by_the_socket() {
    let server = Server::start().await;
    let mut ada = server.client("tree", "ada").await;
    assert!(ada.is_alive().await);
    ada.ask(Ask::Ping(7)).await;
    let pong = ada.until(|answer| match answer {
        Answer::Pong(time) => Some(time),
        _ => None,
    });
    assert!(pong.await > 1_600_000_000_000);
}

#[tokio::test]
async fn a_fresh_token_comes_at_the_start_and_opens_the_room_again() {
    let server = Server::start().await;
    let mut ada = server.client("tree", "ada").await;
    let token = ada.until(|answer| match answer {
        Answer::RefreshToken(token) => Some(token),
        _ => None,
    });
    let url = format!("/rtc/validate?access_token={}", token.await);
    assert_eq!(
        reqwest::get(server.url(&url)).await.expect("an answer").status(),
        200
    );
}

#[tokio::test]
async fn a_track_asked_for_is_granted_with_a_sid() {
    let server = Server::start().await;
    let mut ada = server.client("tree", "ada").await;
    ada.ask(microphone("c1")).await;
    let track = ada.until(|answer| match answer {
        Answer::TrackPublished(published) if published.cid == "c1" => published.track,
        _ => None,
    });
    assert!(track.await.sid.starts_with("TR_"));
}

#[tokio::test]
async fn what_is_not_offered_is_refused_by_name() {
    let server = Server::start().await;
    let mut ada = server.client("tree", "ada").await;
    ada.ask(Ask::PublishDataTrackRequest(
        proto::PublishDataTrackRequest::default(),
    ))
    .await;
    let refused = ada.until(|answer| match answer {
        Answer::RequestResponse(response) => Some(response),
        _ => None,
    });
    assert_eq!(
        refused.await.reason(),
        proto::request_response::Reason::UnsupportedType
    );
}

#[tokio::test]
async fn bad_frames_close_only_the_socket_that_sent_them_and_say_why() {
    let server = Server::start().await;
    let mut witness = server.client("tree", "witness").await;
    let long_sdp = proto::SignalRequest {
        message: Some(Ask::Offer(proto::SessionDescription {
            sdp: "a".repeat(400 * 1024),
            ..Default::default()
        })),
    };
    let bad: [(Message, u16, &str); 4] = [
        (
            Message::Binary(vec![0xff; 64].into()),
            1007,
            "not a SignalRequest",
        ),
        (Message::Text("{}".into()), 1003, "binary"),
        (Message::Binary(vec![0; 600 * 1024].into()), 1009, "512 KiB"),
        (
            Message::Binary(prost::Message::encode_to_vec(&long_sdp).into()),
            1008,
            "session description",
        ),
    ];
    for (number, (frame, code, word)) in bad.into_iter().enumerate() {
        let mut client = server.client("tree", &format!("bad-{number}")).await;
        client.socket.send(frame).await.expect("sends");
        let (got, reason) = close_code(client.end().await.1);
        assert_eq!(got, code, "{reason}");
        assert!(reason.contains(word), "{reason}");
        assert!(witness.is_alive().await);
    }
}

#[tokio::test]
async fn the_same_identity_again_puts_the_first_one_out() {
    let server = Server::start().await;
    let mut first = server.client("tree", "ada").await;
    let mut second = server.client("tree", "ada").await;
    let (before, _) = first.end().await;
    let leave = before.into_iter().find_map(|answer| match answer {
        Answer::Leave(leave) => Some(leave),
        _ => None,
    });
    let leave = leave.expect("told to leave");
    assert_eq!(leave.reason(), proto::DisconnectReason::DuplicateIdentity);
    assert_eq!(leave.action(), proto::leave_request::Action::Disconnect);
    assert!(second.is_alive().await);
}

fn resume(sid: &str) -> String {
    join_request(proto::JoinRequest {
        reconnect: true,
        participant_sid: sid.to_owned(),
        ..Default::default()
    })
}

#[tokio::test]
async fn a_lost_socket_comes_back_to_the_same_stay() {
    let server = Server::start().await;
    let first = server.client("tree", "ada").await;
    let sid = first.sid();
    drop(first);
    let token = server.join_token("tree", "ada");
    let socket = open(&server, &token, "/rtc/v1", &resume(&sid))
        .await
        .expect("admitted");
    let mut back = Client {
        socket,
        join: proto::JoinResponse::default(),
    };
    assert!(
        matches!(back.next().await, Ok(Answer::Reconnect(_))),
        "the first word is a reconnect"
    );
    let myself = back.until(|answer| match answer {
        Answer::Update(update) => update.participants.into_iter().find(|who| who.sid == sid),
        _ => None,
    });
    assert_eq!(myself.await.identity, "ada");
    assert!(back.is_alive().await);
}

#[tokio::test]
async fn whoever_comes_back_to_nothing_is_sent_to_join_afresh() {
    let server = Server::start().await;
    let _someone = server.client("busy", "bob").await;
    for room in ["gone", "busy"] {
        let token = server.join_token(room, "ada");
        let socket = open(&server, &token, "/rtc/v1", &resume("PA_unknown"))
            .await
            .expect("admitted");
        let mut back = Client {
            socket,
            join: proto::JoinResponse::default(),
        };
        let Ok(Answer::Leave(leave)) = back.next().await else {
            panic!("the first word is a leave")
        };
        assert_eq!(leave.action(), proto::leave_request::Action::Reconnect, "{room}");
        assert_eq!(leave.reason(), proto::DisconnectReason::StateMismatch, "{room}");
    }
}

#[tokio::test]
async fn the_page_shows_who_is_in_the_room() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Owner).await;
    claire
        .makes(serde_json::json!({ "address": "tree", "access": "open" }))
        .await;
    let _ada = server.client("tree", "ada").await;
    let hidden = livekit_token::VideoGrants {
        hidden: true,
        ..crate::support::joins("tree")
    };
    let token = server.token(hidden, "ghost");
    let _ghost = Client::enter(&server, &token, &join_request(proto::JoinRequest::default())).await;
    let url = server.url("/api/v1/rooms/tree");
    let room = reqwest::get(url)
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    let room: serde_json::Value = serde_json::from_str(&room).expect("JSON");
    assert_eq!(room["participants"], serde_json::json!([{ "name": "ADA" }]));
    assert_eq!(room["participant_count"], 1);
}

#[tokio::test]
async fn peers_are_closed_when_their_people_leave() {
    let server = Server::start().await;
    let mut ada = server.client("tree", "ada").await;
    eventually("a peer is made", async || server.media.open_peers() > 0).await;
    ada.ask(Ask::Leave(proto::LeaveRequest::default())).await;
    eventually("it is closed", async || server.media.open_peers() == 0).await;
}

#[tokio::test]
async fn a_goodbye_counts_even_when_the_socket_breaks_behind_it() {
    let server = Server::start().await;
    let mut people = Vec::new();
    for number in 0..12 {
        people.push(server.client("tree", &format!("person-{number}")).await);
    }
    // All at once, without reading what the server has to say about each other, and without a closing handshake.
    for mut person in people {
        person.ask(Ask::Leave(proto::LeaveRequest::default())).await;
        if let tokio_tungstenite::MaybeTlsStream::Plain(stream) = person.socket.get_ref() {
            stream.set_zero_linger().expect("a reset at the end");
        }
    }
    eventually("nobody is waited for", async || server.media.open_peers() == 0).await;
}

fn connected(server: &Server) {
    let (peer, events) = server.media.newest();
    events.send(peer, sfu::media::PeerEvent::Connected);
    events.send(
        peer,
        sfu::media::PeerEvent::ChannelOpen(sfu::media::Channel::Reliable),
    );
}

#[tokio::test]
async fn a_message_reaches_the_others_with_its_senders_true_name() {
    use prost::Message as _;
    let server = Server::start().await;
    let _bob = server.client("tree", "bob").await;
    connected(&server);
    let ada = server.client("tree", "ada").await;
    connected(&server);
    let (peer, events) = server.media.newest();
    let forged = proto::DataPacket {
        participant_identity: "mallory".to_owned(),
        value: Some(proto::data_packet::Value::User(proto::UserPacket {
            payload: b"hello".to_vec(),
            ..Default::default()
        })),
        ..Default::default()
    };
    let bytes = forged.encode_to_vec();
    events.send(
        peer,
        sfu::media::PeerEvent::Data {
            channel: sfu::media::Channel::Reliable,
            bytes,
        },
    );
    eventually("bob is sent the message", async || {
        !server.media.sent().is_empty()
    })
    .await;
    let (to, packet) = server.media.sent().remove(0);
    assert_ne!(to, peer, "nothing comes back to its sender");
    assert_eq!(
        (packet.participant_identity.as_str(), packet.participant_sid),
        ("ada", ada.sid())
    );
}
