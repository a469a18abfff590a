//! Asking a publisher for a key frame: merged over all viewers, never hurried, and repeated while it does not
//! come.

use std::time::{Duration, Instant};

use crate::id::Ssrc;
use crate::media::KeyFrameRequest;
use crate::rtp::rtcp::Writer;

/// Encoders answer a request within a frame or two; asking more often only costs bandwidth for everybody.
const THROTTLE: Duration = Duration::from_millis(300);

/// Without an answer after this the request or the picture was lost.
const RETRY: Duration = Duration::from_millis(600);

/// A publisher that never answers (a layer it does not send) is left alone; a viewer's next wish begins anew.
const MAX_TRIES: u8 = 8;

/// The requests for one layer.
#[derive(Debug, Default)]
pub(super) struct KeyFrames {
    wanted: bool,
    asked: Option<Instant>,
    tries: u8,
    way: KeyFrameRequest,
    command: u8,
}

impl KeyFrames {
    /// Nothing is wanted yet; `command` is arbitrary.
    pub(super) fn new(command: u8) -> Self {
        Self {
            command,
            ..Self::default()
        }
    }

    /// What was agreed for the packets that come now.
    pub(super) fn agree(&mut self, way: KeyFrameRequest) {
        self.way = way;
    }

    /// Somebody needs one.
    pub(super) fn want(&mut self) {
        if !self.wanted {
            self.tries = 0;
        }
        self.wanted = true;
    }

    /// One came.
    pub(super) fn came(&mut self) {
        self.wanted = false;
    }

    /// Whether to ask now; remembers that it was done.
    pub(super) fn due(&mut self, now: Instant) -> bool {
        let due = self
            .next()
            .is_some_and(|next| next.is_none_or(|next| next <= now));
        if due {
            self.asked = Some(now);
            self.tries += 1;
            self.wanted = self.tries < MAX_TRIES;
        }
        due
    }

    /// Asks. A second try is a new command too: encoders take one of the same number for an echo of the first,
    /// whose picture may have been lost on its way (RFC 5104 §4.3.1.1).
    pub(super) fn write(&mut self, us: Ssrc, source: Ssrc, out: &mut Vec<u8>) {
        match self.way {
            KeyFrameRequest::Pli => {
                Writer::new(out).pli(us, source);
            }
            KeyFrameRequest::Fir => {
                self.command = self.command.wrapping_add(1);
                Writer::new(out).fir(us, source, self.command);
            }
        }
    }

    /// When to look again; `None` while nothing is wanted. Inside: `None` means at once.
    pub(super) fn next(&self) -> Option<Option<Instant>> {
        let wait = if self.tries == 0 { THROTTLE } else { RETRY };
        self.wanted.then(|| self.asked.map(|asked| asked + wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_merged_throttled_and_repeated_until_answered() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut frames = KeyFrames::default();
        assert!(!frames.due(start));
        frames.want();
        assert!(frames.due(start));
        frames.want();
        assert!(!frames.due(at(100)), "one request is on its way");
        assert!(frames.due(at(600)), "it was lost");
        frames.came();
        frames.want();
        assert!(!frames.due(at(700)));
        assert!(frames.due(at(900)), "another viewer, after the throttle");
    }
}
