//! Who gets which layer of what, given what the way to one viewer carries.
