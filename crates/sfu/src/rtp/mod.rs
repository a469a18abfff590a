//! RTP and RTCP as bytes: headers, extensions, reports, and what codecs reveal without decoding.

pub mod extensions;
pub mod h264;
pub mod header;
pub mod packet;
pub mod rtcp;
pub mod sequence;
pub mod vp8;
