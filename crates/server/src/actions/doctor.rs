//! Having the server examine itself.

use jiff::Timestamp;
use meetings::people::Right;
use meetings::scope::{Noun, Scope};

use super::caller::Caller;
use super::error::Error;
use crate::doctor::{self, Finding, Patient, Place};
use crate::serve::App;

/// What the server finds when it looks at itself; for whoever runs the organisation.
pub async fn examine(app: &App, caller: &Caller, now: Timestamp) -> Result<Vec<Finding>, Error> {
    let tx = app.store.begin_read().await?;
    let scope = Scope::read(Noun::People);
    caller.may(&tx, scope, Right::ManageOrganisation).await?;
    drop(tx);
    let certificate = app.tls.as_ref().map(|tls| tls.status().borrow().clone());
    let patient = Patient {
        settings: &app.settings,
        store: Ok(&app.store),
        place: Place::Server { certificate },
    };
    Ok(doctor::examine(&patient, now).await)
}
