//! Codes on their way to mailboxes. What is kept are digests; what a code is good for, `meetings::sign_in` decides.

use jiff::Timestamp;
use meetings::email::EmailAddress;
use meetings::id::SignInCodeId;
use meetings::sign_in::{Asked, COUNTED_OVER, Digest, GOOD_FOR, Lately, Outcome};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::transaction::Write;

/// Codes that are asked for in a burst are counted up to this many: beyond the limits of `meetings::sign_in` the
/// number makes no difference.
const COUNTED: u64 = 64;

/// A code that is asked for. Not printed: digests of six digits are soon tried through.
#[derive(Clone)]
pub struct NewCode {
    /// Its name, which the browser is told.
    pub id: SignInCodeId,
    /// For whom.
    pub email: EmailAddress,
    /// Of the code with its id; of nothing anybody knows when no mail is sent.
    pub code: Digest,
    /// Of the secret in the browser that asked.
    pub browser: Digest,
    /// Of the network address that asked.
    pub network_address: Digest,
    /// When.
    pub asked: Timestamp,
    /// A mail leaves with it.
    pub sent: bool,
}

/// What was asked for in the time that counts. Nobody else asks for the mailbox or from the address before this is
/// committed, so that a burst cannot slip through.
pub async fn lately(
    tx: &Write,
    now: Timestamp,
    email: &EmailAddress,
    network_address: &Digest,
) -> Result<Lately, StoreError> {
    tx.alone_with("sign-in codes").await?;
    let since = now - COUNTED_OVER;
    let asked = |filter| {
        row::Entity::find()
            .select_only()
            .columns([row::Column::Asked, row::Column::NetworkAddress])
            .filter(filter)
            .filter(row::Column::Asked.gt(Instant::from(since)))
            .order_by_desc(row::Column::Asked)
            .limit(COUNTED)
            .into_tuple::<(Instant, Vec<u8>)>()
            .all(tx.connection())
    };
    let here = columns::bytes(network_address);
    let mailbox = row::Column::Email
        .eq(email.as_str())
        .and(row::Column::Sent.eq(true));
    let to_mailbox = asked(mailbox).await?;
    let from_address = asked(row::Column::NetworkAddress.eq(here.clone())).await?;
    let is_from_here = |(_, address): &&(Instant, Vec<u8>)| *address == here;
    let time = |(asked, _): &(Instant, Vec<u8>)| asked.timestamp();
    Ok(Lately {
        to_mailbox: to_mailbox.iter().map(time).collect(),
        to_mailbox_from_address: to_mailbox.iter().filter(is_from_here).map(time).collect(),
        from_address: from_address.iter().map(time).collect(),
    })
}

/// Keeps a code.
pub async fn insert(tx: &Write, code: &NewCode) -> Result<(), StoreError> {
    let row = row::Model {
        id: code.id.as_uuid(),
        email: code.email.as_str().to_owned(),
        code: columns::bytes(&code.code),
        browser: columns::bytes(&code.browser),
        network_address: columns::bytes(&code.network_address),
        asked: code.asked.into(),
        sent: code.sent,
        tries: 0,
        used: false,
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The code to try, and for whom it is. Nobody else tries it before this is committed: note the outcome with
/// [`record`] and commit, also when it is wrong.
pub async fn to_try(tx: &Write, id: SignInCodeId) -> Result<Option<(EmailAddress, Asked)>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).lock(LockType::Update);
    let Some(row) = found.one(tx.connection()).await? else {
        return Ok(None);
    };
    let asked = Asked {
        at: row.asked.timestamp(),
        code: columns::digest(row.code, "sign_in_code.code")?,
        browser: columns::digest(row.browser, "sign_in_code.browser")?,
        tries: u8::try_from(row.tries).unwrap_or(u8::MAX),
        used: row.used,
    };
    Ok(Some((columns::email(&row.email, "sign_in_code.email")?, asked)))
}

/// Notes what came of a try: used up, or one try fewer. Trying a dead code costs nothing more.
pub async fn record(tx: &Write, id: SignInCodeId, outcome: Outcome) -> Result<(), StoreError> {
    let update = row::Entity::update_many().filter(row::Column::Id.eq(id.as_uuid()));
    let update = match outcome {
        Outcome::SignedIn => update.col_expr(row::Column::Used, Expr::value(true)),
        Outcome::Wrong { .. } | Outcome::Dead => {
            let more = Expr::col(row::Column::Tries).add(1);
            let bounded = row::Column::Tries.lt(i32::from(u8::MAX));
            update.col_expr(row::Column::Tries, more).filter(bounded)
        }
    };
    update.exec(tx.connection()).await?;
    Ok(())
}

/// Forgets codes that are neither good nor counted any more; how many.
pub async fn purge(tx: &Write, now: Timestamp) -> Result<u64, StoreError> {
    let kept = now - GOOD_FOR.max(COUNTED_OVER);
    let old = row::Entity::delete_many().filter(row::Column::Asked.lt(Instant::from(kept)));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

table!("sign_in_code", key { id: Uuid }, {
    email: String,
    code: Vec<u8>,
    browser: Vec<u8>,
    network_address: Vec<u8>,
    asked: crate::columns::Instant,
    sent: bool,
    tries: i32,
    used: bool,
});
