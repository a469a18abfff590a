//! The last step of a simulated packet: into str0m, under the section that carries its track.

use std::time::Instant;

use str0m::Rtc;
use str0m::media::{Mid, Rid};
use str0m::rtp::{ExtensionValues, RtpWrite};

use crate::source::Outgoing;

/// Writes one packet of a published track; answers whether the section takes it.
pub fn write(rtc: &mut Rtc, now: Instant, mid: Mid, packet: &Outgoing) -> bool {
    let Some(media) = rtc.media(mid) else {
        return false;
    };
    let (Some(payload_type), true) = (
        media.remote_pts().first().copied(),
        media.direction().is_sending(),
    ) else {
        return false;
    };
    let mut direct = rtc.direct_api();
    let Some(stream) = direct.stream_tx_by_mid(mid, packet.rid.map(Rid::from)) else {
        return false;
    };
    let mut extensions = ExtensionValues::default();
    if let Some((level, speech)) = packet.level {
        extensions.audio_level = Some(level);
        extensions.voice_activity = Some(speech);
    }
    stream.write_rtp(
        RtpWrite::new(
            payload_type,
            packet.sequence.into(),
            packet.timestamp,
            now,
            packet.payload.clone(),
        )
        .marker(packet.marker)
        .nackable(packet.rid.is_some())
        .ext_vals(extensions),
    );
    true
}
