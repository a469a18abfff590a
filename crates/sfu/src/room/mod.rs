//! The room: who is here, what is published, who watches what.
