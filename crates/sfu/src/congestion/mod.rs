//! What the way to one viewer carries, learnt from transport-wide feedback.
