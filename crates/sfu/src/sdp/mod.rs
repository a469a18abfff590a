//! Session descriptions (RFC 8866, RFC 9429): read theirs, write ours.
