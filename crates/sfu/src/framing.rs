//! Datagrams on a connection, each behind its length in two bytes (RFC 4571): found again in whatever pieces arrive.

use std::ops::ControlFlow;

/// The longest datagram taken: nobody sends one that would not pass by UDP, at 1500 bytes, but for a few on networks
/// with large frames.
pub const MAX_FRAME: usize = 4096;

/// Bytes before each datagram.
pub const HEADER: usize = 2;

/// What was read is no sequence of datagrams; the connection is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unframed;

/// The incoming half of a connection.
#[derive(Debug, Default)]
pub struct Frames {
    /// Begins with a header; shorter than the frame it announces, unless somebody broke off.
    rest: Vec<u8>,
}

impl Frames {
    /// Gives `take` each datagram that is whole now, and keeps what is not. One for which it breaks off stays the first
    /// to be given the next time, with all behind it.
    pub fn push(
        &mut self,
        read: &mut [u8],
        mut take: impl FnMut(&mut [u8]) -> ControlFlow<()>,
    ) -> Result<(), Unframed> {
        if self.rest.is_empty() {
            let done = each(read, &mut take)?;
            self.rest.extend_from_slice(&read[done..]);
        } else {
            self.rest.extend_from_slice(read);
            let done = each(&mut self.rest, &mut take)?;
            self.rest.drain(..done);
        }
        Ok(())
    }
}

/// What goes before a datagram; `None` when it is too long for any.
pub fn header(datagram: &[u8]) -> Option<[u8; HEADER]> {
    u16::try_from(datagram.len()).ok().map(u16::to_be_bytes)
}

/// Takes whole datagrams from the beginning; how many bytes they made.
fn each(bytes: &mut [u8], take: &mut impl FnMut(&mut [u8]) -> ControlFlow<()>) -> Result<usize, Unframed> {
    let mut done = 0;
    while let Some(&[high, low]) = bytes[done..].first_chunk::<HEADER>() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length == 0 || length > MAX_FRAME {
            return Err(Unframed);
        }
        let Some(datagram) = bytes.get_mut(done + HEADER..done + HEADER + length) else {
            break;
        };
        if take(datagram).is_break() {
            break;
        }
        done += HEADER + length;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn framed(datagrams: &[Vec<u8>]) -> Vec<u8> {
        let frames = datagrams.iter().map(|datagram| {
            let header = header(datagram).expect("short enough");
            [&header, datagram.as_slice()].concat()
        });
        frames.collect::<Vec<_>>().concat()
    }

    fn pushed(frames: &mut Frames, read: &[u8]) -> Result<Vec<Vec<u8>>, Unframed> {
        let mut taken = Vec::new();
        frames.push(&mut read.to_vec(), |datagram| {
            taken.push(datagram.to_vec());
            ControlFlow::Continue(())
        })?;
        Ok(taken)
    }

    #[test]
    fn one_that_is_not_taken_stays_with_all_behind_it() {
        let datagrams = [vec![1], vec![2; 30], vec![3; 5]];
        let mut frames = Frames::default();
        let mut seen = 0;
        let broke = frames.push(&mut framed(&datagrams), |_| {
            seen += 1;
            if seen == 2 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!((broke, seen), (Ok(()), 2));
        assert_eq!(pushed(&mut frames, &[]).expect("well framed"), datagrams[1..]);
    }

    #[test]
    fn what_is_too_long_or_empty_is_no_datagram() {
        assert_eq!(pushed(&mut Frames::default(), &[0, 0, 1]), Err(Unframed));
        assert_eq!(
            pushed(&mut Frames::default(), b"GET / HTTP/1.1\r\n\r\n"),
            Err(Unframed)
        );
        let longest = vec![vec![7; MAX_FRAME]];
        assert_eq!(pushed(&mut Frames::default(), &framed(&longest)), Ok(longest));
        assert_eq!(
            pushed(&mut Frames::default(), &framed(&[vec![7; MAX_FRAME + 1]])),
            Err(Unframed)
        );
        assert_eq!(header(&vec![0; 70_000]), None);
    }

    proptest! {
        #[test]
        fn datagrams_are_found_again_in_any_pieces(
            datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..60), 0..12),
            cuts in proptest::collection::vec(1usize..40, 1..20),
        ) {
            let bytes = framed(&datagrams);
            let (mut frames, mut found, mut rest) = (Frames::default(), Vec::new(), bytes.as_slice());
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, more) = rest.split_at((*cut).min(rest.len()));
                found.extend(pushed(&mut frames, piece).expect("well framed"));
                rest = more;
            }
            prop_assert_eq!(found, datagrams);
        }

        #[test]
        fn no_bytes_make_it_keep_more_than_one_frame(pieces in proptest::collection::vec(
            proptest::collection::vec(any::<u8>(), 0..200), 0..20)) {
            let mut frames = Frames::default();
            for piece in pieces {
                if pushed(&mut frames, &piece).is_err() {
                    break;
                }
                prop_assert!(frames.rest.len() < HEADER + MAX_FRAME);
            }
        }
    }
}
