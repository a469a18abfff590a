//! The organisation: what it is called and how it looks, who may make an account, and how long is remembered.

use std::num::NonZeroU16;

use jiff::Timestamp;
use meetings::accent::Accent;
use meetings::display_name::DisplayName;
use meetings::language::Language;
use meetings::people::Right;
use meetings::picture::{Picture, PictureError};
use meetings::scope::{Noun, Scope};
use meetings::sign_up::SignUp;
use serde_json::{Value, json};
use store::organisation::{self, Organisation};
use store::organisation_logo::{self, Logo};
use store::{Read, Store, Subject, Write};

use super::caller::Caller;
use super::error::Error;
use super::trail::{self, Actor, Deed, note};

/// The organisation, which must have been made.
pub async fn known(tx: &Read) -> Result<Organisation, Error> {
    let missing = || {
        Error::wrong_state(
            "not_set_up",
            "there is no organisation yet: open the welcome link that the server printed",
        )
    };
    organisation::load(tx).await?.ok_or_else(missing)
}

/// The organisation as its pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// All about it.
    pub organisation: Organisation,
    /// When its logo became what it is; `None` without one.
    pub logo: Option<Timestamp>,
}

/// The organisation, for anybody: whoever asks decides what of it is told.
pub async fn read(store: &Store) -> Result<Shown, Error> {
    let tx = store.begin_read().await?;
    shown(&tx).await
}

async fn shown(tx: &Read) -> Result<Shown, Error> {
    Ok(Shown {
        organisation: known(tx).await?,
        logo: organisation_logo::changed(tx).await?,
    })
}

/// What is to change about it; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Its name everywhere.
    pub name: Option<DisplayName>,
    /// The language of what it says to people whose language is not known.
    pub language: Option<Language>,
    /// Who may make an account.
    pub sign_up: Option<SignUp>,
    /// Address of the legal notice.
    pub legal_notice: Option<Option<String>>,
    /// Address of the privacy notice.
    pub privacy_notice: Option<Option<String>>,
    /// Whom to ask for help.
    pub help_contact: Option<Option<String>>,
    /// The colour of its pages.
    pub accent: Option<Option<Accent>>,
    /// Days after which what was written in meetings is forgotten.
    pub chat_days: Option<Option<NonZeroU16>>,
    /// Days after which it is forgotten who was in which meeting.
    pub attendance_days: Option<Option<NonZeroU16>>,
}

impl Change {
    fn applied(self, before: Organisation) -> Organisation {
        let days = |days: Option<NonZeroU16>| days.map(NonZeroU16::get);
        Organisation {
            name: self.name.map_or(before.name, |name| name.as_str().to_owned()),
            language: self.language.unwrap_or(before.language),
            sign_up: self.sign_up.unwrap_or(before.sign_up),
            legal_notice: self.legal_notice.unwrap_or(before.legal_notice),
            privacy_notice: self.privacy_notice.unwrap_or(before.privacy_notice),
            help_contact: self.help_contact.unwrap_or(before.help_contact),
            accent: self.accent.unwrap_or(before.accent),
            chat_days: self.chat_days.map_or(before.chat_days, days),
            attendance_days: self.attendance_days.map_or(before.attendance_days, days),
            ..before
        }
    }
}

/// Changes it.
pub async fn change(store: &Store, caller: &Caller, now: Timestamp, change: Change) -> Result<Shown, Error> {
    let tx = begin(store, caller).await?;
    let before = known(&tx).await?;
    let after = change.applied(before.clone());
    if before != after {
        organisation::update(&tx, &after).await?;
        let details = differences(&before, &after);
        tell(&tx, caller, now, "organisation.changed", &after, details).await?;
    }
    let shown = shown(&tx).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Gives it a logo.
pub async fn set_logo(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    bytes: Vec<u8>,
) -> Result<Shown, Error> {
    let tx = begin(store, caller).await?;
    let picture = Picture::read(&bytes).map_err(|error| match error {
        PictureError::Unknown => Error::invalid("picture_unknown", error),
        PictureError::Svg => Error::invalid("picture_svg", error),
        PictureError::TooWide => Error::invalid("picture_too_wide", error),
    })?;
    let logo = Logo::new(picture.kind.media_type(), bytes, now);
    let logo = logo.map_err(|error| Error::too_large("logo_too_large", error))?;
    let organisation = known(&tx).await?;
    organisation_logo::set(&tx, &logo).await?;
    let details = json!({ "width": picture.width, "height": picture.height });
    tell(
        &tx,
        caller,
        now,
        "organisation.logo_changed",
        &organisation,
        details,
    )
    .await?;
    let shown = shown(&tx).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Takes its logo away.
pub async fn remove_logo(store: &Store, caller: &Caller, now: Timestamp) -> Result<(), Error> {
    let tx = begin(store, caller).await?;
    let organisation = known(&tx).await?;
    if !organisation_logo::remove(&tx).await? {
        return Err(no_logo());
    }
    tell(
        &tx,
        caller,
        now,
        "organisation.logo_removed",
        &organisation,
        json!({}),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Its logo, for anybody.
pub async fn logo(store: &Store) -> Result<Logo, Error> {
    let tx = store.begin_read().await?;
    organisation_logo::load(&tx).await?.ok_or_else(no_logo)
}

fn no_logo() -> Error {
    Error::missing("no_logo", "the organisation has no logo")
}

/// A transaction of somebody who may change the organisation; nobody else changes it meanwhile.
async fn begin(store: &Store, caller: &Caller) -> Result<Write, Error> {
    let tx = store.begin_write().await?;
    caller
        .may(&tx, Scope::write(Noun::People), Right::ManageOrganisation)
        .await?;
    tx.alone_with("organisation").await?;
    Ok(tx)
}

async fn tell(
    tx: &Write,
    caller: &Caller,
    now: Timestamp,
    action: &str,
    organisation: &Organisation,
    details: Value,
) -> Result<(), Error> {
    let deed = Deed {
        action,
        subject: &organisation.name,
        id: organisation.id,
        details,
    };
    note(tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Organisation, organisation.id);
    Ok(())
}

/// What changed, from what to what, for the audit trail.
fn differences(before: &Organisation, after: &Organisation) -> Value {
    let policy = |sign_up: &SignUp| match sign_up {
        SignUp::Closed => json!("closed"),
        SignUp::Members => json!("members"),
        SignUp::Domains(domains) => json!(domains),
        SignUp::Anyone => json!("anyone"),
    };
    let view = |of: &Organisation| {
        [
            ("name", json!(of.name)),
            ("language", json!(of.language)),
            ("sign_up", policy(&of.sign_up)),
            ("legal_notice", json!(of.legal_notice)),
            ("privacy_notice", json!(of.privacy_notice)),
            ("help_contact", json!(of.help_contact)),
            ("accent", json!(of.accent.map(|accent| accent.to_string()))),
            ("chat_days", json!(of.chat_days)),
            ("attendance_days", json!(of.attendance_days)),
        ]
    };
    trail::differences(view(before), view(after))
}
