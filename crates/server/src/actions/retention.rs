//! Forgetting: what the organisation does not want kept for longer, and what nobody needs any more.

use jiff::{SignedDuration, Timestamp};
use store::{
    StoreError, Write, attendance, chat_messages, deliveries, failed_joins, knocks, organisation, visits,
};

/// Visits to rooms where no meeting goes on, and knocks that are over, are forgotten after so long.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// Calls that did not come about and what webhooks were told are forgotten after so long: whoever runs the server looks
/// back a month.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Forgets what is due.
pub async fn forget(tx: &Write, now: Timestamp) -> Result<(), StoreError> {
    visits::purge(tx, now - FORGOTTEN).await?;
    knocks::purge(tx, now - FORGOTTEN).await?;
    failed_joins::purge(tx, now - LOOKED_BACK).await?;
    deliveries::purge(tx, now - LOOKED_BACK).await?;
    let Some(organisation) = organisation::load(tx).await? else {
        return Ok(());
    };
    let days = |days: u16| SignedDuration::from_hours(24 * i64::from(days));
    if let Some(kept) = organisation.chat_days {
        chat_messages::purge(tx, now - days(kept)).await?;
    }
    if let Some(kept) = organisation.attendance_days {
        attendance::purge(tx, now - days(kept)).await?;
    }
    Ok(())
}
