//! Who asks for what hosts do: a person or a guest in their browser, a program, or somebody in the call by their token.

use meetings::hosting::{self, Act, Rank, Target};
use meetings::id::PersonId;
use meetings::people::Role;
use meetings::scope::{Noun, Scope};
use store::rooms::Room;
use store::visits::{self, Visit};
use store::{Read, StoreError};

use super::call::Participant;
use super::caller::Caller;
use super::door::scene::Who;
use super::error::Error;
use super::presence;
use super::trail::Actor;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Asker {
    /// By a cookie, or with an API token.
    Caller(Caller),
    /// With the token by which they are in the call.
    Participant(Participant),
}

/// Who asks, toward one room.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// What they are in its meeting.
    pub(super) rank: Rank,
    /// They are in the call.
    pub(super) here: bool,
    /// What they are recognised by.
    who: Who,
}

impl Asker {
    /// As the audit trail names them.
    pub(super) fn actor(&self) -> Actor<'_> {
        match self {
            Self::Caller(caller) => Actor::Caller(caller),
            Self::Participant(participant) => Actor::Participant(participant),
        }
    }

    /// Who answers or acts, when they have an account.
    pub(super) fn person(&self) -> Option<PersonId> {
        match self {
            Self::Caller(caller) => caller.signed.as_ref().map(|signed| signed.person.id),
            Self::Participant(participant) => participant.person,
        }
    }

    /// What they are to a room.
    pub(super) async fn toward(&self, tx: &Read, room: &Room) -> Result<Standing, Error> {
        match self {
            Self::Participant(participant) if participant.room.id != room.id => {
                let message = "this token is for another room's call";
                Err(Error::forbidden("not_in_call", message))
            }
            Self::Participant(participant) => Ok(Standing {
                rank: participant.rank,
                here: true,
                who: participant.who(tx).await?,
            }),
            Self::Caller(caller) => {
                let person = match &caller.signed {
                    Some(_) => Some(caller.person(Scope::write(Noun::Rooms))?.clone()),
                    None => None,
                };
                let who = Who {
                    person,
                    browser: caller.browser,
                    identity: None,
                };
                let rank = who.rank(tx, room).await?;
                // A guest is nobody until they are made a host.
                if who.person.is_none() && rank < Rank::Host {
                    return Err(Error::not_signed_in(
                        "sign_in_needed",
                        "sign in first, or send an API token",
                    ));
                }
                let here = presence::visits_here(tx, room).await?;
                let here = here.iter().any(|visit| who.is_of(visit));
                Ok(Standing { rank, here, who })
            }
        }
    }
}

impl Standing {
    /// Lets nobody through who may not do this.
    pub(super) async fn may(&self, tx: &Read, room: &Room, act: Act, on: Target) -> Result<(), Error> {
        // Members answer knocks only where they would see who comes in.
        let by = match self.rank {
            Rank::Member if !self.here => Rank::Guest,
            rank => rank,
        };
        let scene = hosting::Scene {
            by,
            act,
            on,
            members_answer: room.members_answer,
            host_present: presence::of(tx, room).await?.hosts,
        };
        hosting::decide(scene).map_err(|refusal| {
            let code = match refusal {
                hosting::Refusal::HostsOnly => "hosts_only",
                hosting::Refusal::NotOneself => "not_oneself",
                hosting::Refusal::RoomHostStays => "room_host_stays",
            };
            Error::forbidden(code, refusal)
        })
    }

    /// Somebody in the call, seen from here: oneself, or another and what they are.
    pub(super) async fn sees(
        &self,
        tx: &Read,
        room: &Room,
        identity: &str,
        visit: Option<&Visit>,
    ) -> Result<Target, StoreError> {
        let oneself = self.who.identity.as_deref() == Some(identity)
            || visit.is_some_and(|visit| self.who.is_of(visit));
        if oneself {
            return Ok(Target::Oneself);
        }
        let rank = match visit {
            Some(visit) => match Who::of_visit(tx, visit).await? {
                Some(who) => who.rank(tx, room).await?,
                None => Rank::Guest,
            },
            None => Rank::Guest,
        };
        Ok(Target::Other(rank))
    }

    /// What they are once they host this meeting no more.
    pub(super) fn rank_without_hosting(&self) -> Rank {
        match &self.who.person {
            Some(person) if person.role >= Role::Member => Rank::Member,
            _ => Rank::Guest,
        }
    }

    /// Their own visits to the room.
    pub(super) async fn own_visits(&self, tx: &Read, room: &Room) -> Result<Vec<Visit>, StoreError> {
        visits::of_whom(tx, room.id, self.who.whom()).await
    }
}
