//! Work that runs later: one runner for this server, and a handler for each kind of job.

mod deliver_webhook;
mod forget;
mod runner;
mod send_mail;
mod work;

pub use deliver_webhook::DeliverWebhook;
pub use forget::Forget;
pub use runner::Jobs;
pub use send_mail::SendMail;
pub use work::{Done, Handler, Trouble, Work};
