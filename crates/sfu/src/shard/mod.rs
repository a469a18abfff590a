//! One worker's world: its peers, the tracks they publish, and everybody who watches them.
