//! What a fuzzer calls: any bytes at all may be given to [`fuzz_rtcp`], and it never panics.

use super::{Rtcp, Writer, parse};

/// Reads `data` as RTCP and writes back what came of it; what we wrote must be readable.
///
/// # Panics
/// When reading back differs: that is a bug, and what a fuzzer is to find.
pub fn fuzz_rtcp(data: &[u8]) {
    let Ok(packets) = parse(data) else { return };
    let mut out = Vec::new();
    let mut expected = 0;
    for packet in &packets {
        let mut writer = Writer::new(&mut out);
        match packet {
            Rtcp::SenderReport { ssrc, info, blocks } => writer.sender_report(*ssrc, *info, blocks),
            Rtcp::ReceiverReport { ssrc, blocks } => writer.receiver_report(*ssrc, blocks),
            Rtcp::Bye(sources) => writer.bye(sources),
            Rtcp::Pli { sender, media } => writer.pli(*sender, *media),
            Rtcp::Fir {
                sender,
                media,
                sequence,
            } => writer.fir(*sender, *media, *sequence),
            Rtcp::Nack { sender, media, lost } => writer.nack(*sender, *media, lost),
            Rtcp::Remb {
                sender,
                bitrate,
                sources,
            } => writer.remb(*sender, *bitrate, sources),
            Rtcp::TransportFeedback(feedback) => {
                if feedback.packets.iter().all(|(_, arrival)| arrival.is_none()) {
                    continue;
                }
                writer.transport_feedback(feedback)
            }
            Rtcp::SourceDescription(_) | Rtcp::Other { .. } => continue,
        };
        expected += 1;
    }
    if expected > 0 {
        let again = parse(&out).expect("what we write has a sound frame");
        assert_eq!(again.len(), expected, "what we write is understood");
        assert!(again.iter().all(|packet| !matches!(packet, Rtcp::Other { .. })));
    }
}
