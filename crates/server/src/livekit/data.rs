//! Reads, stamps and addresses the messages clients send each other; their content stays their own.

use std::sync::Arc;

use livekit_protocol::data_packet::{Kind, Value};
use livekit_protocol::{DataPacket, UserPacket, data_stream};
use prost::Message;
use sfu::id::{Identity, ParticipantSid};
use sfu::media::Channel;
use sfu::room::Relay;

/// LiveKit's clients send at most 64 000 bytes of content in one message; the rest is its envelope.
pub const MAX_MESSAGE: usize = 72 * 1024;

/// Recipients one message may name.
const MAX_DESTINATIONS: usize = 1000;

/// Who sent a message, as the server knows.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Its stay.
    pub sid: ParticipantSid,
    /// Who it is.
    pub identity: Identity,
    /// It may say things in others' names.
    pub agent: bool,
    /// Nobody may learn that it is here.
    pub hidden: bool,
}

/// Why a message is dropped.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Larger than [`MAX_MESSAGE`].
    #[error("a message of {0} bytes is larger than {MAX_MESSAGE}")]
    TooLarge(usize),
    /// Not a `DataPacket`.
    #[error("not a data packet: {0}")]
    Malformed(#[from] prost::DecodeError),
    /// More than [`MAX_DESTINATIONS`].
    #[error("a message names {0} recipients, more than {MAX_DESTINATIONS}")]
    TooManyDestinations(usize),
}

/// Reads a client's message and returns it as it may be delivered; `None` for kinds nobody receives.
pub fn relay(sender: Sender, channel: Channel, bytes: &[u8]) -> Result<Option<Relay>, DataError> {
    if channel == Channel::DataTrack {
        // Data tracks are not offered: their publication is refused, so nothing may come on them.
        return Ok(None);
    }
    if bytes.len() > MAX_MESSAGE {
        return Err(DataError::TooLarge(bytes.len()));
    }
    let mut packet = DataPacket::decode(bytes)?;
    let Some(own_name) = stamp_value(&mut packet, &sender) else {
        return Ok(None);
    };
    let (sid, identity) = shown(&sender);
    packet.participant_sid = sid;
    if own_name {
        packet.participant_identity = identity;
    }
    #[allow(deprecated, reason = "older receivers read the kind from the packet")]
    {
        packet.kind = kind(channel).into();
    }
    let (to, to_sids) = destinations(&packet)?;
    Ok(Some(Relay {
        from: Some(sender.sid),
        channel,
        to,
        to_sids,
        sequence: packet.sequence,
        bytes: packet.encode_to_vec().into(),
    }))
}

/// A message of the server's API, for these identities and stays, or for all when both are empty.
#[allow(
    deprecated,
    reason = "older receivers read the destinations and the kind from the packet"
)]
pub fn from_server(
    channel: Channel,
    payload: Vec<u8>,
    topic: Option<String>,
    to: Vec<Identity>,
    to_sids: Vec<ParticipantSid>,
) -> Relay {
    let destination_identities: Vec<_> = to.iter().map(ToString::to_string).collect();
    let packet = DataPacket {
        kind: kind(channel).into(),
        destination_identities: destination_identities.clone(),
        value: Some(Value::User(UserPacket {
            payload,
            topic,
            destination_sids: to_sids.iter().map(ToString::to_string).collect(),
            destination_identities,
            ..Default::default()
        })),
        ..Default::default()
    };
    Relay {
        from: None,
        channel,
        to,
        to_sids,
        sequence: 0,
        bytes: Arc::from(packet.encode_to_vec()),
    }
}

fn kind(channel: Channel) -> Kind {
    match channel {
        Channel::Reliable => Kind::Reliable,
        Channel::Lossy | Channel::DataTrack => Kind::Lossy,
    }
}

/// How the sender is named to others.
fn shown(sender: &Sender) -> (String, String) {
    match sender.hidden {
        true => (String::new(), String::new()),
        false => (sender.sid.to_string(), sender.identity.to_string()),
    }
}

/// Stamps what lies inside the envelope. `None`: nobody receives it; `Some(false)`: an agent speaks for another.
#[allow(deprecated, reason = "user packets carry their sender twice")]
fn stamp_value(packet: &mut DataPacket, sender: &Sender) -> Option<bool> {
    let speaks_for_another = sender.agent
        && !packet.participant_identity.is_empty()
        && packet.participant_identity != sender.identity.as_str();
    match packet.value.as_mut()? {
        Value::User(user) => {
            (user.participant_sid, user.participant_identity) = shown(sender);
            if packet.destination_identities.is_empty() {
                packet
                    .destination_identities
                    .clone_from(&user.destination_identities);
            } else {
                user.destination_identities
                    .clone_from(&packet.destination_identities);
            }
            Some(true)
        }
        Value::Transcription(_) => sender.agent.then_some(true),
        Value::ChatMessage(message) if speaks_for_another => {
            message.generated = true;
            Some(false)
        }
        Value::StreamHeader(header) if speaks_for_another => match header.content_header.as_mut() {
            Some(data_stream::header::ContentHeader::TextHeader(text)) => {
                text.generated = true;
                Some(false)
            }
            _ => Some(true),
        },
        // Speakers are the server's own knowledge; metrics need a grant that nobody has here.
        Value::Speaker(_) | Value::Metrics(_) => None,
        _ => Some(true),
    }
}

#[allow(deprecated, reason = "older senders name the destinations in the user packet")]
fn destinations(packet: &DataPacket) -> Result<(Vec<Identity>, Vec<ParticipantSid>), DataError> {
    let sids = match &packet.value {
        Some(Value::User(user)) => user.destination_sids.as_slice(),
        _ => &[],
    };
    let count = packet.destination_identities.len() + sids.len();
    if count > MAX_DESTINATIONS {
        return Err(DataError::TooManyDestinations(count));
    }
    Ok((
        packet
            .destination_identities
            .iter()
            .map(|identity| Identity(identity.clone()))
            .collect(),
        sids.iter().map(|sid| ParticipantSid(sid.clone())).collect(),
    ))
}

#[cfg(test)]
#[allow(deprecated, reason = "the tests read what older receivers read")]
mod tests {
    use super::*;
    use livekit_protocol::{ChatMessage, MetricsBatch, Transcription};

    fn ada() -> Sender {
        Sender {
            sid: "PA_ada".into(),
            identity: "ada".into(),
            agent: false,
            hidden: false,
        }
    }

    fn delivered(sender: Sender, packet: DataPacket) -> Option<(Relay, DataPacket)> {
        let relay = relay(sender, Channel::Reliable, &packet.encode_to_vec()).expect("a packet")?;
        let packet = DataPacket::decode(&relay.bytes[..]).expect("a packet");
        Some((relay, packet))
    }

    fn user() -> DataPacket {
        DataPacket {
            kind: Kind::Lossy.into(),
            participant_identity: "mallory".to_owned(),
            participant_sid: "PA_mallory".to_owned(),
            sequence: 7,
            value: Some(Value::User(UserPacket {
                participant_identity: "mallory".to_owned(),
                payload: vec![1, 2, 3],
                ..Default::default()
            })),
            ..Default::default()
        }
    }

    #[test]
    fn nobody_can_write_in_anothers_name() {
        let (relay, packet) = delivered(ada(), user()).expect("delivered");
        assert_eq!(packet.participant_identity, "ada");
        assert_eq!(packet.participant_sid, "PA_ada");
        assert_eq!(packet.kind(), Kind::Reliable);
        assert_eq!(relay.sequence, 7);
        let Some(Value::User(user)) = packet.value else {
            panic!("still a user packet")
        };
        assert_eq!(
            (user.participant_identity.as_str(), user.participant_sid.as_str()),
            ("ada", "PA_ada")
        );
        assert_eq!(user.payload, [1, 2, 3]);
    }

    #[test]
    fn a_hidden_sender_stays_hidden() {
        let (_, packet) = delivered(
            Sender {
                hidden: true,
                ..ada()
            },
            user(),
        )
        .expect("delivered");
        assert_eq!(
            (
                packet.participant_identity.as_str(),
                packet.participant_sid.as_str()
            ),
            ("", "")
        );
    }

    #[test]
    fn recipients_are_found_in_the_envelope_and_in_the_user_packet() {
        let mut packet = user();
        packet.destination_identities = vec!["bob".to_owned()];
        assert_eq!(delivered(ada(), packet).expect("delivered").0.to, ["bob".into()]);

        let mut packet = user();
        let Some(Value::User(inner)) = packet.value.as_mut() else {
            unreachable!("made above")
        };
        inner.destination_identities = vec!["carol".to_owned()];
        inner.destination_sids = vec!["PA_dave".to_owned()];
        let (relay, _) = delivered(ada(), packet).expect("delivered");
        assert_eq!(
            (relay.to, relay.to_sids),
            (vec!["carol".into()], vec!["PA_dave".into()])
        );
    }

    #[test]
    fn only_agents_transcribe_and_speak_for_others() {
        let transcription = || DataPacket {
            value: Some(Value::Transcription(Transcription::default())),
            ..Default::default()
        };
        assert!(delivered(ada(), transcription()).is_none());
        assert!(delivered(Sender { agent: true, ..ada() }, transcription()).is_some());

        let chat = || DataPacket {
            participant_identity: "bob".to_owned(),
            value: Some(Value::ChatMessage(ChatMessage::default())),
            ..Default::default()
        };
        assert_eq!(
            delivered(ada(), chat())
                .expect("delivered")
                .1
                .participant_identity,
            "ada"
        );
        let (_, packet) = delivered(Sender { agent: true, ..ada() }, chat()).expect("delivered");
        assert_eq!(packet.participant_identity, "bob");
        assert!(matches!(packet.value, Some(Value::ChatMessage(message)) if message.generated));
    }

    #[test]
    fn metrics_and_forged_speakers_reach_nobody() {
        let metrics = DataPacket {
            value: Some(Value::Metrics(MetricsBatch::default())),
            ..Default::default()
        };
        assert!(delivered(ada(), metrics).is_none());
    }

    #[test]
    fn rubbish_and_giants_are_errors() {
        assert!(matches!(
            relay(ada(), Channel::Lossy, &[0xff; 9]),
            Err(DataError::Malformed(_))
        ));
        let giant = vec![0; MAX_MESSAGE + 1];
        assert!(matches!(
            relay(ada(), Channel::Lossy, &giant),
            Err(DataError::TooLarge(_))
        ));
    }
}
