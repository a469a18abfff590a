//! A TCP connection of the media port: datagrams behind their lengths, in whatever pieces arrive.
#![no_main]

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sfu::framing::{Frames, MAX_FRAME};

fuzz_target!(|pieces: Vec<Vec<u8>>| {
    let mut frames = Frames::default();
    for mut piece in pieces {
        let pushed = frames.push(&mut piece, |datagram| {
            assert!((1..=MAX_FRAME).contains(&datagram.len()));
            ControlFlow::Continue(())
        });
        if pushed.is_err() {
            break;
        }
    }
});
