//! Sends letters: at least once, until the mail server takes them or they are worth nothing any more.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use meetings::id::MailId;
use serde::Deserialize;
use store::{mail, organisation};

use super::work::{Done, Handler, Trouble, Work};
use crate::mail::letter;
use crate::mail::post::{Post, PostError};

/// Letters are kept for this long after they were written: administrators look back a month.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Gives letters to whoever carries them.
pub struct SendMail {
    post: Arc<Post>,
}

#[derive(Deserialize)]
struct Payload {
    mail: MailId,
}

impl SendMail {
    /// Through this.
    pub fn new(post: Arc<Post>) -> Self {
        Self { post }
    }
}

#[async_trait]
impl Handler for SendMail {
    fn kind(&self) -> &'static str {
        mail::JOB
    }

    async fn run(&self, work: &Work) -> Result<Done, Trouble> {
        let payload: Payload = serde_json::from_value(work.job.payload.clone())
            .map_err(|_| Trouble::Never("it does not say which letter".to_owned()))?;
        let tx = work.store.begin_read().await?;
        let letter = mail::by_id(&tx, payload.mail).await?;
        let organisation = organisation::load(&tx).await?;
        drop(tx);
        let letter = letter.ok_or_else(|| Trouble::Never("the letter is gone".to_owned()))?;
        let words = letter::words(&letter);
        let words = words.ok_or_else(|| {
            Trouble::Later(format!(
                "this version of the server cannot write the letter {}",
                letter.kind
            ))
        })?;

        if let Post::Mailbox = *self.post {
            // Whoever develops on this machine reads it here, or on the page /mailbox, where it stays.
            tracing::info!(to = %letter.to, "no mail server is set; a letter:\n{}\n\n{}", words.subject, words.text);
            let tx = work.store.begin_write().await?;
            mail::purge(&tx, Timestamp::now() - KEPT_FOR).await?;
            return work.done(tx).await;
        }
        let now = Timestamp::now();
        if words.expires <= now {
            let before = work
                .job
                .trouble
                .as_deref()
                .unwrap_or("nobody was there to send it");
            return Err(Trouble::Never(format!("too late to be of use: {before}")));
        }
        let name = organisation.map_or_else(|| "Palabre".to_owned(), |organisation| organisation.name);
        self.post.take(&letter, &words, &name).await?;
        let now = Timestamp::now();
        let tx = work.store.begin_write().await?;
        mail::sent(&tx, letter.id, now).await?;
        mail::purge(&tx, now - KEPT_FOR).await?;
        work.done(tx).await
    }
}

impl From<PostError> for Trouble {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Later(sentence) => Self::Later(sentence),
            PostError::Never(sentence) => Self::Never(sentence),
        }
    }
}
