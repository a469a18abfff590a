//! The organisation: one row, made at the first run.

use jiff::Timestamp;
use meetings::accent::Accent;
use meetings::id::{Id, OrganisationId};
use meetings::language::Language;
pub use meetings::sign_up::SignUp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue, EntityTrait, IntoActiveModel};

use crate::columns::{self, Word, table};
use crate::error::{Conflict, StoreError, changed_one};
use crate::transaction::{Read, Write};

/// The organisation that runs this Palabre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its name here.
    pub id: OrganisationId,
    /// Its name everywhere.
    pub name: String,
    /// The language of what it says to people whose language is not known.
    pub language: Language,
    /// Who may make an account.
    pub sign_up: SignUp,
    /// Address of the legal notice.
    pub legal_notice: Option<String>,
    /// Address of the privacy notice.
    pub privacy_notice: Option<String>,
    /// Whom to ask for help: shown by every screen that says no.
    pub help_contact: Option<String>,
    /// The colour of its pages; ours without.
    pub accent: Option<Accent>,
    /// Days after which what was written in meetings is forgotten; never without.
    pub chat_days: Option<u16>,
    /// Days after which it is forgotten who was in which meeting; never without.
    pub attendance_days: Option<u16>,
    /// When it was made here.
    pub created: Timestamp,
}

/// Makes the organisation; [`Conflict::OrganisationExists`] when there is one.
pub async fn insert(tx: &Write, organisation: &Organisation) -> Result<(), StoreError> {
    let inserted = row::Entity::insert(to_row(organisation))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    if inserted == 0 {
        return Err(Conflict::OrganisationExists.into());
    }
    Ok(())
}

/// The organisation; `None` before the first run.
pub async fn load(tx: &Read) -> Result<Option<Organisation>, StoreError> {
    let found = row::Entity::find().one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// Saves everything about it but when it was made.
pub async fn update(tx: &Write, organisation: &Organisation) -> Result<(), StoreError> {
    let mut row = to_row(organisation);
    row.created = ActiveValue::NotSet;
    let updated = row::Entity::update(row)
        .exec_without_returning(tx.connection())
        .await;
    changed_one(updated, "organisation")
}

table!("organisation", key { id: Uuid }, {
    name: String,
    language: String,
    sign_up: String,
    sign_up_domains: String,
    legal_notice: Option<String>,
    privacy_notice: Option<String>,
    help_contact: Option<String>,
    accent: Option<String>,
    chat_days: Option<i32>,
    attendance_days: Option<i32>,
    created: crate::columns::Instant,
});

/// A policy's word; its domains stand in a column of their own.
#[derive(Clone, Copy, PartialEq)]
enum Policy {
    Closed,
    Members,
    Domains,
    Anyone,
}

impl Word for Policy {
    const COLUMN: &'static str = "organisation.sign_up";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Closed, "closed"),
        (Self::Members, "members"),
        (Self::Domains, "domains"),
        (Self::Anyone, "anyone"),
    ];
}

fn to_row(organisation: &Organisation) -> row::ActiveModel {
    let (policy, domains) = match &organisation.sign_up {
        SignUp::Closed => (Policy::Closed, String::new()),
        SignUp::Members => (Policy::Members, String::new()),
        SignUp::Domains(domains) => (Policy::Domains, domains.join(" ")),
        SignUp::Anyone => (Policy::Anyone, String::new()),
    };
    let row = row::Model {
        id: organisation.id.as_uuid(),
        name: organisation.name.clone(),
        language: organisation.language.word().to_owned(),
        sign_up: policy.word().to_owned(),
        sign_up_domains: domains,
        legal_notice: organisation.legal_notice.clone(),
        privacy_notice: organisation.privacy_notice.clone(),
        help_contact: organisation.help_contact.clone(),
        accent: organisation.accent.map(|accent| accent.to_string()),
        chat_days: organisation.chat_days.map(i32::from),
        attendance_days: organisation.attendance_days.map(i32::from),
        created: organisation.created.into(),
    };
    row.into_active_model().reset_all()
}

fn from_row(row: row::Model) -> Result<Organisation, StoreError> {
    let domains = columns::words(&row.sign_up_domains);
    let sign_up = match Policy::read(&row.sign_up)? {
        Policy::Closed => SignUp::Closed,
        Policy::Members => SignUp::Members,
        Policy::Domains => SignUp::Domains(domains.map(str::to_owned).collect()),
        Policy::Anyone => SignUp::Anyone,
    };
    let damaged = |column| StoreError::Damaged { column };
    let accent = row.accent.as_deref().map(Accent::parse);
    let days = |days: Option<i32>, column| days.map(u16::try_from).transpose().map_err(|_| damaged(column));
    Ok(Organisation {
        id: Id::from(row.id),
        name: row.name,
        language: Language::read(&row.language)?,
        sign_up,
        legal_notice: row.legal_notice,
        privacy_notice: row.privacy_notice,
        help_contact: row.help_contact,
        accent: accent.transpose().map_err(|_| damaged("organisation.accent"))?,
        chat_days: days(row.chat_days, "organisation.chat_days")?,
        attendance_days: days(row.attendance_days, "organisation.attendance_days")?,
        created: row.created.timestamp(),
    })
}
