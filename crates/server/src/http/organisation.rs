//! `/api/v1/organisation`: what it is called and how it looks, for everybody; its policies, for who runs it.

use std::num::NonZeroU16;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::accent::Accent;
use meetings::contact;
use meetings::email;
use meetings::language::Language;
use meetings::people::Right;
use meetings::scope::{Noun, Scope};
use meetings::shades::Scheme;
use meetings::sign_up::SignUp;
use serde::{Deserialize, Serialize};
use store::organisation_logo::{MAX_BYTES, TooLarge};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::body::{Body, Query, malformed, name, nullable};
use super::error::ApiError;
use super::web::is_known;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::organisation::{self, Change, Shown};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(read, change, shades, logo, set_logo, remove_logo),
    tags((name = "organisation", description = "What it is called, how it looks, and its policies"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    let picture = DefaultBodyLimit::max(MAX_BYTES);
    Router::new()
        .route("/api/v1/organisation", get(read).patch(change))
        .route("/api/v1/organisation/shades", get(shades))
        .route(
            "/api/v1/organisation/logo",
            get(logo).put(set_logo).delete(remove_logo).layer(picture),
        )
}

/// The organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    /// Its name everywhere.
    #[schema(example = "Groupimo")]
    pub name: String,
    /// The language of what it says to people whose language is not known.
    #[schema(value_type = String, example = "fr")]
    pub language: Language,
    /// The colour of its pages; Palabre's own without.
    #[schema(example = "#1b6a4e")]
    pub accent: Option<String>,
    /// Where its logo is, which changes when the logo does.
    #[schema(example = "/api/v1/organisation/logo?v=1764000000000")]
    pub logo: Option<String>,
    /// Whom to ask for help.
    #[schema(example = "support@example.org")]
    pub help_contact: Option<String>,
    /// Address of the legal notice.
    pub legal_notice: Option<String>,
    /// Address of the privacy notice.
    pub privacy_notice: Option<String>,
    /// What only who runs the organisation is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Policies>,
}

/// What the organisation has decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct Policies {
    /// Who may make an account.
    pub sign_up: SignUpPolicy,
    /// Days after which what was written in meetings is forgotten; never without.
    pub chat_days: Option<u16>,
    /// Days after which it is forgotten who was in which meeting; never without.
    pub attendance_days: Option<u16>,
}

/// Who may make an account by proving an e-mail address.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "policy", rename_all = "snake_case")]
pub enum SignUpPolicy {
    /// Nobody: people are added by who runs the organisation.
    Closed,
    /// Nobody new; people of the organisation make rooms.
    Members,
    /// Whoever has an address in one of these domains.
    Domains {
        /// Without the `@`.
        domains: Vec<String>,
    },
    /// Everybody.
    Anyone,
}

impl Organisation {
    /// What everybody is told.
    pub fn public(shown: &Shown) -> Self {
        let of = &shown.organisation;
        Self {
            name: of.name.clone(),
            language: of.language,
            accent: of.accent.map(|accent| accent.to_string()),
            logo: shown.logo.map(logo_address),
            help_contact: of.help_contact.clone(),
            legal_notice: of.legal_notice.clone(),
            privacy_notice: of.privacy_notice.clone(),
            policies: None,
        }
    }

    fn whole(shown: Shown) -> Self {
        let public = Self::public(&shown);
        let of = shown.organisation;
        let sign_up = match of.sign_up {
            SignUp::Closed => SignUpPolicy::Closed,
            SignUp::Members => SignUpPolicy::Members,
            SignUp::Domains(domains) => SignUpPolicy::Domains { domains },
            SignUp::Anyone => SignUpPolicy::Anyone,
        };
        Self {
            policies: Some(Policies {
                sign_up,
                chat_days: of.chat_days,
                attendance_days: of.attendance_days,
            }),
            ..public
        }
    }
}

/// An address that is another one whenever the logo is, so that browsers may keep what they have for good.
fn logo_address(changed: Timestamp) -> String {
    format!("/api/v1/organisation/logo?v={}", changed.as_millisecond())
}

/// The organisation
///
/// Everybody is told its name and looks; who runs it is told its policies too.
#[utoipa::path(
    get,
    path = "/api/v1/organisation",
    tag = "organisation",
    operation_id = "read_organisation",
    responses(
        (status = 200, description = "The organisation", body = Organisation),
        (status = 409, description = "`not_set_up`", body = ApiError),
    )
)]
async fn read(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Organisation>, ApiError> {
    let shown = organisation::read(&app.store).await?;
    let runs_it = caller
        .known(Scope::read(Noun::People))
        .is_some_and(|person| person.standing().has(Right::ManageOrganisation));
    Ok(Json(match runs_it {
        true => Organisation::whole(shown),
        false => Organisation::public(&shown),
    }))
}

/// What is to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OrganisationChange {
    /// Its name everywhere: 1 to 64 characters.
    name: Option<String>,
    /// The language of what it says to people whose language is not known.
    #[schema(value_type = Option<String>, example = "fr")]
    language: Option<Language>,
    /// The colour of its pages; `null` for Palabre's own.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, example = "#1b6a4e")]
    accent: Option<Option<String>>,
    /// Whom to ask for help, in one line: an address, a telephone number, a page, or words; `null` for nobody.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    help_contact: Option<Option<String>>,
    /// Address of the legal notice; `null` for none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    legal_notice: Option<Option<String>>,
    /// Address of the privacy notice; `null` for none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    privacy_notice: Option<Option<String>>,
    /// Who may make an account.
    sign_up: Option<SignUpPolicy>,
    /// Days after which what was written in meetings is forgotten; `null` for never.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 3650)]
    chat_days: Option<Option<u16>>,
    /// Days after which it is forgotten who was in which meeting; `null` for never.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 3650)]
    attendance_days: Option<Option<u16>>,
}

impl OrganisationChange {
    fn read(self) -> Result<Change, Error> {
        Ok(Change {
            name: self.name.as_deref().map(name).transpose()?,
            language: self.language,
            sign_up: self.sign_up.map(SignUpPolicy::read).transpose()?,
            legal_notice: each(self.legal_notice, page)?,
            privacy_notice: each(self.privacy_notice, page)?,
            help_contact: each(self.help_contact, |text| {
                let invalid = |error| Error::invalid("invalid_contact", error);
                contact::parse(&text).map_err(invalid)
            })?,
            accent: each(self.accent, |text| accent(&text))?,
            chat_days: each(self.chat_days, days)?,
            attendance_days: each(self.attendance_days, days)?,
        })
    }
}

/// Reads the value of a field that may be absent or `null`.
fn each<T, U>(
    field: Option<Option<T>>,
    read: impl Fn(T) -> Result<U, Error>,
) -> Result<Option<Option<U>>, Error> {
    field.map(|value| value.map(&read).transpose()).transpose()
}

fn accent(text: &str) -> Result<Accent, Error> {
    Accent::parse(text).map_err(|error| Error::invalid("invalid_accent", error))
}

fn page(text: String) -> Result<String, Error> {
    let message = "the address of a page begins with https:// or http:// and has at most 500 characters";
    let invalid = || Error::invalid("invalid_page", message);
    let url = url::Url::parse(text.trim()).map_err(|_| invalid())?;
    let fits = matches!(url.scheme(), "https" | "http") && url.as_str().len() <= 500;
    fits.then(|| url.into()).ok_or_else(invalid)
}

fn days(number: u16) -> Result<NonZeroU16, Error> {
    let fits = NonZeroU16::new(number).filter(|days| days.get() <= 3650);
    fits.ok_or_else(|| Error::invalid("invalid_days", "a number of days lies between 1 and 3650"))
}

/// Domains of a policy at most: a group of companies has some dozens.
const MAX_DOMAINS: usize = 100;

impl SignUpPolicy {
    fn read(self) -> Result<SignUp, Error> {
        Ok(match self {
            Self::Closed => SignUp::Closed,
            Self::Members => SignUp::Members,
            Self::Anyone => SignUp::Anyone,
            Self::Domains { domains } => {
                let message = "the policy needs 1 to 100 domains, as example.org";
                let invalid = || Error::invalid("invalid_domains", message);
                if domains.is_empty() || domains.len() > MAX_DOMAINS {
                    return Err(invalid());
                }
                let read = |text: &String| email::domain(text).map_err(|_| invalid());
                SignUp::Domains(domains.iter().map(read).collect::<Result<_, _>>()?)
            }
        })
    }
}

/// Change the organisation
#[utoipa::path(
    patch,
    path = "/api/v1/organisation",
    tag = "organisation",
    operation_id = "change_organisation",
    request_body = OrganisationChange,
    responses(
        (status = 200, description = "The organisation, changed", body = Organisation),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 409, description = "`not_set_up`", body = ApiError),
        (
            status = 422,
            description = "`invalid_name`, `invalid_accent`, `invalid_contact`, `invalid_page`, `invalid_domains` or \
                           `invalid_days`",
            body = ApiError
        ),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<OrganisationChange>,
) -> Result<Json<Organisation>, ApiError> {
    let change = request.read()?;
    let shown = organisation::change(&app.store, &caller, Timestamp::now(), change).await?;
    Ok(Json(Organisation::whole(shown)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// A colour, as `#1b6a4e`
    accent: String,
}

/// What pages make of a colour.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shades {
    /// When they are light.
    light: SchemeShades,
    /// When they are dark.
    dark: SchemeShades,
}

/// The shades of one scheme.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchemeShades {
    /// Of links and buttons.
    #[schema(example = "#1b6a4e")]
    colour: String,
    /// Of the same under a pointer.
    hover: String,
    /// A ground of its own, hardly coloured.
    tint: String,
    /// Of text on `colour` and `hover`.
    on: String,
}

impl SchemeShades {
    fn of(scheme: Scheme) -> Self {
        Self {
            colour: scheme.colour.to_string(),
            hover: scheme.hover.to_string(),
            tint: scheme.tint.to_string(),
            on: scheme.on.to_string(),
        }
    }
}

/// What pages would make of a colour
///
/// A colour that is too light or too dark for text is moved in lightness until it can be read.
#[utoipa::path(
    get,
    path = "/api/v1/organisation/shades",
    tag = "organisation",
    operation_id = "read_shades",
    params(Asked),
    responses(
        (status = 200, description = "The shades", body = Shades),
        (status = 422, description = "`invalid_accent`", body = ApiError),
    )
)]
async fn shades(Query(asked): Query<Asked>) -> Result<Json<Shades>, ApiError> {
    let shades = meetings::shades::Shades::of(accent(&asked.accent)?);
    Ok(Json(Shades {
        light: SchemeShades::of(shades.light),
        dark: SchemeShades::of(shades.dark),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogoVersion {
    /// Which one, as the organisation's `logo` says
    v: Option<i64>,
}

/// The organisation's logo
#[utoipa::path(
    get,
    path = "/api/v1/organisation/logo",
    tag = "organisation",
    operation_id = "read_logo",
    params(LogoVersion),
    responses(
        (status = 200, description = "A picture: PNG, JPEG or WebP", content_type = "image/*"),
        (status = 404, description = "`no_logo`", body = ApiError),
    )
)]
async fn logo(
    State(app): State<Arc<App>>,
    Query(asked): Query<LogoVersion>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let logo = organisation::logo(&app.store).await?;
    let version = logo.changed().as_millisecond();
    let tag = format!("\"{version}\"");
    let mut answer = match is_known(&headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => logo.bytes().to_vec().into_response(),
    };
    let out = answer.headers_mut();
    let text = |text: &str| HeaderValue::from_str(text).expect("media types and digits are ASCII");
    out.insert(header::CONTENT_TYPE, text(logo.media_type()));
    out.insert(header::ETAG, text(&tag));
    // The address with its version is another one when the logo is; who has the plain one asks again each time.
    let keeping = match asked.v == Some(version) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping));
    // Opened by itself it is a picture and nothing else.
    out.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(answer)
}

/// Give the organisation a logo
///
/// The body is the picture, of which the kind is found out by its bytes.
#[utoipa::path(
    put,
    path = "/api/v1/organisation/logo",
    tag = "organisation",
    operation_id = "set_logo",
    request_body(content = Vec<u8>, content_type = "image/*", description = "PNG, JPEG or WebP of 200 kB at most"),
    responses(
        (status = 200, description = "The organisation with it", body = Organisation),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 409, description = "`not_set_up`", body = ApiError),
        (status = 413, description = "`logo_too_large`", body = ApiError),
        (status = 422, description = "`picture_unknown`, `picture_svg` or `picture_too_wide`", body = ApiError),
    )
)]
async fn set_logo(
    State(app): State<Arc<App>>,
    caller: Caller,
    picture: Result<Bytes, BytesRejection>,
) -> Result<Json<Organisation>, ApiError> {
    let picture = picture.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(rejection.status(), "logo_too_large", TooLarge),
        _ => malformed("the body was cut off"),
    })?;
    let shown = organisation::set_logo(&app.store, &caller, Timestamp::now(), picture.into()).await?;
    Ok(Json(Organisation::whole(shown)))
}

/// Take the organisation's logo away
#[utoipa::path(
    delete,
    path = "/api/v1/organisation/logo",
    tag = "organisation",
    operation_id = "remove_logo",
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_logo`", body = ApiError),
    )
)]
async fn remove_logo(State(app): State<Arc<App>>, caller: Caller) -> Result<StatusCode, ApiError> {
    organisation::remove_logo(&app.store, &caller, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
