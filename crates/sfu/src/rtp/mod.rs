//! RTP and RTCP as bytes: headers, extensions, reports, and what codecs reveal without decoding.

pub mod rtcp;
