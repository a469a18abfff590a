//! Promises of the viewing side.
