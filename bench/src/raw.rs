//! The raw limits of this machine: what sealing and sending a packet costs when nothing else is done.

use std::net::UdpSocket;
use std::time::Duration;

use anyhow::{Context, Result};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use nix::sys::socket::{setsockopt, sockopt};

use crate::figures::{Figures, Unit};
use crate::machine::thread_processor_time;

/// Length of what is sealed: a full video packet.
const PAYLOAD: usize = 1100;
/// Length of a datagram: header, payload, tag.
const DATAGRAM: usize = 1130;
/// Receivers on loopback; each datagram (or run of them) goes to the next.
const RECEIVERS: usize = 64;
/// Best of so many trials counts: whatever else runs can only make one slower.
const TRIALS: usize = 7;

/// Cost of one packet, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw {
    /// AES-128-GCM seal.
    pub(crate) seal: f64,
    /// One system call a datagram.
    pub(crate) send: f64,
    /// One system call for four datagrams to one address.
    pub(crate) send_four: f64,
    /// For eight.
    pub(crate) send_eight: f64,
}

impl Raw {
    /// Nothing that seals every packet and sends in runs of four can be cheaper.
    pub(crate) fn floor(&self) -> f64 {
        self.seal + self.send_four
    }
}

/// Measures them.
pub(crate) fn measure(figures: &mut Figures) -> Result<Raw> {
    let network = Network::open()?;
    let raw = Raw {
        seal: seal()?,
        send: network.send(1)?,
        send_four: network.send(4)?,
        send_eight: network.send(8)?,
    };
    let unit = Unit::Microseconds;
    figures.beside(
        ("raw_seal", "raw: AES-128-GCM seal of 1100 bytes"),
        unit,
        raw.seal,
        "",
    );
    figures.beside(
        ("raw_sendto", "raw: sendto over loopback, 1130 bytes"),
        unit,
        raw.send,
        "",
    );
    figures.beside(
        ("raw_gso_4", "raw: the same in runs of 4 (GSO), each"),
        unit,
        raw.send_four,
        "",
    );
    figures.beside(
        ("raw_gso_8", "raw: the same in runs of 8 (GSO), each"),
        unit,
        raw.send_eight,
        format!(
            "processor time of the sender, the kernel's delivery over loopback included, best of {TRIALS} trials; \
             sealing and sending alone cost {:.2} to {:.2} µs a packet here",
            raw.seal + raw.send_eight,
            raw.seal + raw.send
        ),
    );
    Ok(raw)
}

/// Processor time of one repetition, in microseconds: the best of several trials.
fn best(repetitions: u32, mut trial: impl FnMut() -> Result<Duration>) -> Result<f64> {
    let mut best = Duration::MAX;
    for _ in 0..TRIALS {
        best = best.min(trial()?);
    }
    Ok(best.as_secs_f64() * 1e6 / f64::from(repetitions))
}

fn seal() -> Result<f64> {
    const REPETITIONS: u32 = 50_000;
    let key = UnboundKey::new(&AES_128_GCM, &[7; 16])
        .ok()
        .context("the cipher takes its key")?;
    let key = LessSafeKey::new(key);
    let mut packet = [3; PAYLOAD];
    best(REPETITIONS, || {
        let before = thread_processor_time();
        for number in 0..REPETITIONS {
            let mut nonce = [0; 12];
            nonce[..4].copy_from_slice(&number.to_be_bytes());
            let nonce = Nonce::assume_unique_for_key(nonce);
            let tag = key.seal_in_place_separate_tag(nonce, Aad::from([128; 12]), &mut packet);
            let _ = std::hint::black_box(tag.ok().context("sealing")?);
        }
        Ok(thread_processor_time().saturating_sub(before))
    })
}

struct Network {
    sender: UdpSocket,
    receivers: Vec<UdpSocket>,
}

impl Network {
    fn open() -> Result<Network> {
        let receiver = |_| {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        };
        let receivers: Result<Vec<UdpSocket>> = (0..RECEIVERS).map(receiver).collect();
        Ok(Network {
            sender: UdpSocket::bind("127.0.0.1:0")?,
            receivers: receivers?,
        })
    }

    /// Cost of one datagram when runs of the given length leave as one system call.
    fn send(&self, run: usize) -> Result<f64> {
        const ROUNDS: u32 = 60;
        if run > 1 {
            setsockopt(&self.sender, sockopt::UdpGsoSegment, &(DATAGRAM as i32))
                .context("segmentation offload")?;
        }
        let bytes = vec![5; DATAGRAM * run];
        let addresses: Result<Vec<_>, _> = self.receivers.iter().map(UdpSocket::local_addr).collect();
        let addresses = addresses?;
        let cost = best(ROUNDS * (RECEIVERS * run) as u32, || {
            let mut spent = Duration::ZERO;
            for _ in 0..ROUNDS {
                let before = thread_processor_time();
                for address in &addresses {
                    self.sender
                        .send_to(&bytes, address)
                        .context("sending over loopback")?;
                }
                spent += thread_processor_time().saturating_sub(before);
                // Emptied outside the measured time, so that every datagram really is delivered.
                let mut buffer = [0; 2048];
                for receiver in &self.receivers {
                    while receiver.recv(&mut buffer).is_ok() {}
                }
            }
            Ok(spent)
        });
        if run > 1 {
            setsockopt(&self.sender, sockopt::UdpGsoSegment, &0).context("segmentation offload")?;
        }
        cost
    }
}
