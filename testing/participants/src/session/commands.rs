//! What a participant is told to do by the test or measurement that started it.

use std::time::Instant;

use livekit_protocol::{DataPacket, UpdateSubscription, UserPacket, data_packet, signal_request};
use prost::Message as _;

use super::{Session, Side};
use crate::participant::Command;

impl Session {
    /// Obeys a command; answers whether to leave.
    pub(super) fn obey(&mut self, command: Option<Command>) -> bool {
        match command {
            None | Some(Command::Leave) => {
                self.say_goodbye();
                return true;
            }
            Some(Command::SendData {
                reliable,
                topic,
                payload,
                to,
            }) => {
                self.send_data(reliable, topic, payload, to);
            }
            Some(Command::SetTalking(talking)) => {
                if let Some(microphone) = &mut self.microphone {
                    microphone.set_talking(Instant::now(), talking);
                }
            }
            Some(Command::Subscribe { track, subscribe }) => {
                let track_sids = vec![track];
                let update = UpdateSubscription {
                    track_sids,
                    subscribe,
                    ..UpdateSubscription::default()
                };
                self.outbox.push(signal_request::Message::Subscription(update));
            }
            Some(Command::Report(answer)) => {
                let _ = answer.send(self.snapshot(Instant::now()));
            }
            Some(Command::ResetCounts) => {
                self.room.reset();
                self.report.packets_written = 0;
                self.report.data = (0, 0);
                for side in [Side::Publisher, Side::Subscriber] {
                    if let Some(transport) = self.transport(side) {
                        (transport.datagrams_in, transport.datagrams_out) = (0, 0);
                    }
                }
            }
        }
        false
    }

    fn send_data(&mut self, reliable: bool, topic: Option<String>, payload: Vec<u8>, to: Vec<String>) {
        self.sequence += u32::from(reliable);
        let user = UserPacket {
            payload,
            topic,
            ..UserPacket::default()
        };
        let packet = DataPacket {
            destination_identities: to,
            sequence: if reliable { self.sequence } else { 0 },
            value: Some(data_packet::Value::User(user)),
            ..DataPacket::default()
        };
        let wanted = self
            .channels
            .iter()
            .find(|((side, _), is)| *side == Side::Publisher && **is == reliable);
        let channel = wanted.map(|((_, channel), _)| *channel);
        let written = channel
            .and_then(|channel| self.publisher.rtc.channel(channel))
            .map(|mut channel| channel.write(true, &packet.encode_to_vec()));
        if !matches!(written, Some(Ok(true))) {
            self.report.failures.push(format!("data not sent: {written:?}"));
        }
        self.publisher.drain(Instant::now());
    }
}
