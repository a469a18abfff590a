//! What a participant saw of the room, and the sum over many participants.

use std::time::Duration;

use serde_json::{Value, json};

use crate::histogram::Histogram;
use crate::reception::Counts;

/// How one received track fared.
#[derive(Clone, Debug)]
pub struct TrackReport {
    /// The track's identifier.
    pub track: String,
    /// Identity of who publishes it.
    pub publisher: String,
    /// Whether it carries pictures.
    pub is_video: bool,
    /// Whether packets should be coming: subscribed, switched on and not muted.
    pub wanted: bool,
    /// Packets that did not come, and packets that should have.
    pub loss: (u64, u64),
    /// Counts since the last reset.
    pub counts: Counts,
    /// Time since the last packet.
    pub quiet_for: Option<Duration>,
}

/// What one participant saw.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Identity in the room.
    pub identity: String,
    /// From the start of the connection to the server's welcome.
    pub welcomed_after: Option<Duration>,
    /// To media connected (the connection that counts as primary).
    pub connected_after: Option<Duration>,
    /// To the first packet of a remote track.
    pub first_packet_after: Option<Duration>,
    /// To the first remote picture that could be shown.
    pub first_picture_after: Option<Duration>,
    /// Remote tracks.
    pub tracks: Vec<TrackReport>,
    /// Datagrams received and sent since the last reset.
    pub datagrams: (u64, u64),
    /// Media packets written since the last reset.
    pub packets_written: u64,
    /// Media sections on the receiving connection.
    pub sections: usize,
    /// Negotiations completed.
    pub negotiations: u64,
    /// Key frames others asked for.
    pub key_frame_requests: u64,
    /// Media packets that belong to no known track.
    pub unattributed: u64,
    /// Data packets received: reliable, lossy.
    pub data: (u64, u64),
    /// Announcements of who speaks.
    pub speaker_updates: u64,
    /// Announcements that the server pauses or resumes a track for want of bandwidth.
    pub stream_state_updates: u64,
    /// Mistakes seen, in words.
    pub failures: Vec<String>,
    /// Why the server ended the session, if it did.
    pub ended: Option<String>,
}

/// Sums over participants.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    expected: [u64; 2],
    flowing: [u64; 2],
    packets: [u64; 2],
    lost: [u64; 2],
    due: [u64; 2],
    delay: [Histogram; 2],
    counts: Counts,
    datagrams: (u64, u64),
    written: u64,
}

impl Sum {
    /// Adds one participant's report.
    pub fn add(&mut self, report: &Report) {
        for track in &report.tracks {
            let kind = usize::from(track.is_video);
            self.expected[kind] += u64::from(track.wanted);
            self.flowing[kind] += u64::from(track.wanted && track.counts.packets > 0);
            self.packets[kind] += track.counts.packets;
            self.lost[kind] += track.loss.0;
            self.due[kind] += track.loss.1;
            self.delay[kind].add(&track.counts.delay);
            let (sum, one) = (&mut self.counts, &track.counts);
            sum.bytes += one.bytes;
            sum.padding += one.padding;
            sum.late_or_twice += one.late_or_twice;
            sum.foreign += one.foreign;
            sum.complete_frames += one.complete_frames;
            sum.key_frames += one.key_frames;
            sum.decodable_frames += one.decodable_frames;
            sum.broken_frames += one.broken_frames;
            sum.undecodable_frames += one.undecodable_frames;
            sum.picture_jumps += one.picture_jumps;
            sum.hidden_gaps += one.hidden_gaps;
            sum.switches += one.switches;
            sum.wrong_switches += one.wrong_switches;
            sum.wrong_marks += one.wrong_marks;
        }
        self.datagrams.0 += report.datagrams.0;
        self.datagrams.1 += report.datagrams.1;
        self.written += report.packets_written;
    }

    /// Wanted tracks of which packets came, and wanted tracks: sound, pictures.
    pub fn tracks(&self) -> [(u64, u64); 2] {
        [0, 1].map(|kind| (self.flowing[kind], self.expected[kind]))
    }

    /// Share of packets that did not come: sound, pictures.
    pub fn loss(&self) -> [f64; 2] {
        [0, 1].map(|kind| self.lost[kind] as f64 / self.due[kind].max(1) as f64)
    }

    /// The sums as JSON, with rates over the given time.
    pub fn to_json(&self, window: Duration) -> Value {
        let seconds = window.as_secs_f64().max(0.001);
        let rate = |count: u64| (count as f64 / seconds).round();
        let kind = |kind: usize| {
            json!({
                "tracks_expected": self.expected[kind],
                "tracks_received": self.flowing[kind],
                "packets_per_second": rate(self.packets[kind]),
                "lost_packets": self.lost[kind],
                "loss": self.loss()[kind],
                "delay_p50_ms": self.delay[kind].quantile(0.5) as f64 / 1000.0,
                "delay_p99_ms": self.delay[kind].quantile(0.99) as f64 / 1000.0,
                "delay_max_ms": self.delay[kind].highest() as f64 / 1000.0,
            })
        };
        let counts = &self.counts;
        json!({
            "audio": kind(0),
            "video": kind(1),
            "datagrams_in_per_second": rate(self.datagrams.0),
            "datagrams_out_per_second": rate(self.datagrams.1),
            "media_packets_written_per_second": rate(self.written),
            "received_megabits_per_second": (counts.bytes as f64 * 8.0 / seconds / 1e4).round() / 100.0,
            "frames": {
                "complete": counts.complete_frames,
                "decodable": counts.decodable_frames,
                "key": counts.key_frames,
                "broken": counts.broken_frames,
                "undecodable": counts.undecodable_frames,
                "picture_jumps": counts.picture_jumps,
                "hidden_gaps": counts.hidden_gaps,
                "layer_switches": counts.switches,
                "layer_switches_without_key_frame": counts.wrong_switches,
                "wrong_marks": counts.wrong_marks,
            },
            "late_or_twice": counts.late_or_twice,
            "padding": counts.padding,
            "foreign": counts.foreign,
        })
    }
}
