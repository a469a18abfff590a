//! The server as others meet it: over real sockets, on port 0.

fn main() {}
