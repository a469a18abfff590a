//! Tells webhooks what happened: at least once, until they say that they heard or it was tried too often.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use meetings::id::DeliveryId;
use serde::Deserialize;
use store::deliveries::{self, Answer, State};
use store::jobs::Patience;
use store::webhooks;

use super::work::{Done, Handler, Trouble, Work};
use crate::webhooks::{Carrier, NotHeard, Parcel, sign};

/// Carries deliveries to webhooks.
pub struct DeliverWebhook {
    carrier: Carrier,
}

#[derive(Deserialize)]
struct Payload {
    delivery: DeliveryId,
}

impl DeliverWebhook {
    /// By this.
    pub fn new(carrier: Carrier) -> Self {
        Self { carrier }
    }
}

#[async_trait]
impl Handler for DeliverWebhook {
    fn kind(&self) -> &'static str {
        deliveries::JOB
    }

    /// About a day, as the specification advises: a program that is mended over night hears what it missed.
    fn patience(&self) -> Patience {
        Patience {
            first: SignedDuration::from_secs(5),
            longest: SignedDuration::from_hours(6),
            attempts: 16,
        }
    }

    async fn run(&self, work: &Work) -> Result<Done, Trouble> {
        let payload: Payload = serde_json::from_value(work.job.payload.clone())
            .map_err(|_| Trouble::Never("it does not say which delivery".to_owned()))?;
        let tx = work.store.begin_read().await?;
        let delivery = deliveries::by_id(&tx, payload.delivery).await?;
        let Some(delivery) = delivery else {
            // Its webhook was taken away meanwhile, and nobody waits for it.
            drop(tx);
            return work.done(work.store.begin_write().await?).await;
        };
        let webhook = webhooks::by_id(&tx, delivery.webhook).await?;
        drop(tx);
        let never = |sentence: &str| Trouble::Never(sentence.to_owned());
        let (outcome, text, status) = match webhook.filter(|webhook| webhook.enabled) {
            None => (Err(never("the webhook is switched off")), String::new(), None),
            Some(webhook) => {
                let id = delivery.id.to_string();
                let seconds = Timestamp::now().as_second();
                let url = webhook.url.parse();
                let signature = sign(&webhook.secret, &id, seconds, &delivery.payload);
                match (url, signature) {
                    (Ok(url), Ok(signature)) => {
                        let parcel = Parcel {
                            id: &id,
                            seconds,
                            signature: &signature,
                            body: &delivery.payload,
                        };
                        match self.carrier.carry(&url, parcel).await {
                            Ok((status, text)) if status.is_success() => (Ok(()), text, Some(status)),
                            Ok((status, text)) => {
                                let sentence = format!("the webhook answered {status}");
                                (Err(Trouble::Later(sentence)), text, Some(status))
                            }
                            Err(private @ NotHeard::Private) => {
                                (Err(Trouble::Never(private.to_string())), String::new(), None)
                            }
                            Err(NotHeard::NoAnswer(why)) => (Err(Trouble::Later(why)), String::new(), None),
                        }
                    }
                    (Err(_), _) => (Err(never("its address cannot be read")), String::new(), None),
                    (_, Err(error)) => (Err(never(&error.to_string())), String::new(), None),
                }
            }
        };
        let now = Timestamp::now();
        let last = work.job.attempts >= self.patience().attempts;
        let (state, text) = match &outcome {
            Ok(()) => (State::Delivered, text),
            Err(Trouble::Later(sentence)) if !last => (State::Waiting, said(sentence, text)),
            Err(trouble) => (State::Failed, said(&trouble.to_string(), text)),
        };
        let tx = work.store.begin_write().await?;
        let answer = Answer {
            status: status.map(|status| status.as_u16()),
            text: &text,
        };
        deliveries::tried(&tx, delivery.id, answer, state, now).await?;
        match outcome {
            Ok(()) => work.done(tx).await,
            Err(trouble) => {
                tx.commit().await?;
                Err(trouble)
            }
        }
    }
}

/// What the webhook said, or why it said nothing.
fn said(why: &str, answer: String) -> String {
    match answer.trim().is_empty() {
        true => why.to_owned(),
        false => answer,
    }
}
