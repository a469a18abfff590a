//! The product's rules about people, rooms and meetings.
//!
//! PURE: no clock, socket, file or database. What is known comes in as values, a decision goes out as a value;
//! whoever calls has loaded the one and carries out the other. `now` is an argument, and so is randomness.

pub mod accent;
pub mod address;
pub mod attendance;
pub mod chat;
mod columns;
pub mod contact;
pub mod display_name;
pub mod door;
pub mod email;
pub mod hosting;
pub mod id;
pub mod language;
pub mod people;
pub mod people_list;
pub mod picture;
pub mod prefix;
pub mod provider_sign_in;
pub mod reach;
mod room_link;
pub mod room_list;
pub mod rooms;
pub mod scope;
pub mod search;
pub mod shades;
pub mod sign_in;
pub mod sign_up;
pub mod table;
pub mod webhook;
