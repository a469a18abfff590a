//! Signing in through a service that knows the organisation's people: who comes of what it says, and with which role.

use std::collections::BTreeMap;

use crate::people::Role;

/// What the service and the organisation have agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Which role a group gives; of several the highest.
    pub group_roles: BTreeMap<String, Role>,
    /// The role of those whose groups give none.
    pub default_role: Role,
    /// Whoever the service knows gets an account with their first sign-in.
    pub creates_people: bool,
}

/// Somebody with an account here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// What they are.
    pub role: Role,
    /// They may sign in.
    pub active: bool,
}

/// What is known when the service has said who comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The account that the service's name for them belongs to.
    pub known: Option<Account>,
    /// The account that has the e-mail address it names.
    pub by_email: Option<Account>,
    /// It names an e-mail address, and vouches for it.
    pub email_verified: bool,
    /// The groups they are in; `None` when it does not say.
    pub groups: Option<Vec<String>>,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They are whom the service's name for them belongs to; with this role from now on.
    SignIn(Role),
    /// They are who has the address; the service's name is theirs from now on, and this role.
    Link(Role),
    /// They get an account, with this role.
    Create(Role),
    /// They stay outside.
    Refused(Refusal),
}

/// Why somebody stays outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Their account is deactivated.
    Inactive,
    /// The service vouches for no address: anybody could have typed one there.
    EmailUnverified,
    /// The address is an owner's: who sets up services is not to become one. Owners connect theirs when signed in.
    Owner,
    /// Nobody here has the address, and the service makes no accounts.
    Unknown,
}

/// Decides.
pub fn decide(agreement: &Agreement, arrival: &Arrival) -> Outcome {
    let groups = arrival.groups.as_deref();
    if let Some(known) = arrival.known {
        return match known.active {
            true => Outcome::SignIn(role(agreement, groups, known.role)),
            false => Outcome::Refused(Refusal::Inactive),
        };
    }
    if !arrival.email_verified {
        return Outcome::Refused(Refusal::EmailUnverified);
    }
    match arrival.by_email {
        Some(Account { active: false, .. }) => Outcome::Refused(Refusal::Inactive),
        Some(Account {
            role: Role::Owner, ..
        }) => Outcome::Refused(Refusal::Owner),
        Some(account) => Outcome::Link(role(agreement, groups, account.role)),
        None if agreement.creates_people => Outcome::Create(role(agreement, groups, agreement.default_role)),
        None => Outcome::Refused(Refusal::Unknown),
    }
}

/// The role of somebody who has been `before`. Groups decide only where some were agreed on and the service names
/// somebody's; they neither make owners nor change them.
fn role(agreement: &Agreement, groups: Option<&[String]>, before: Role) -> Role {
    let (Some(groups), false) = (groups, agreement.group_roles.is_empty()) else {
        return before;
    };
    if before == Role::Owner {
        return before;
    }
    let given = groups.iter().filter_map(|group| agreement.group_roles.get(group));
    let given = given.max().copied().unwrap_or(agreement.default_role);
    given.min(Role::Admin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement() -> Agreement {
        Agreement {
            group_roles: [
                ("staff", Role::Member),
                ("it", Role::Admin),
                ("board", Role::Owner),
            ]
            .map(|(group, role)| (group.to_owned(), role))
            .into(),
            default_role: Role::Individual,
            creates_people: true,
        }
    }

    fn account(role: Role) -> Option<Account> {
        Some(Account { role, active: true })
    }

    fn arrival(groups: Option<&[&str]>) -> Arrival {
        Arrival {
            known: None,
            by_email: None,
            email_verified: true,
            groups: groups.map(|groups| groups.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn somebody_new_gets_the_role_of_their_groups() {
        for (groups, role) in [
            (None, Role::Individual),
            (Some([].as_slice()), Role::Individual),
            (Some(["guests"].as_slice()), Role::Individual),
            (Some(["staff"].as_slice()), Role::Member),
            (Some(["staff", "it"].as_slice()), Role::Admin),
            // No group makes an owner.
            (Some(["board"].as_slice()), Role::Admin),
        ] {
            assert_eq!(
                decide(&agreement(), &arrival(groups)),
                Outcome::Create(role),
                "{groups:?}"
            );
        }
    }

    #[test]
    fn somebody_known_follows_their_groups_but_owners_do_not() {
        let known = |role, groups| Arrival {
            known: account(role),
            // What is known already needs no address.
            email_verified: false,
            ..arrival(groups)
        };
        let decided = |role, groups| decide(&agreement(), &known(role, groups));
        assert_eq!(
            decided(Role::Admin, Some(&["staff"])),
            Outcome::SignIn(Role::Member)
        );
        assert_eq!(decided(Role::Member, Some(&["it"])), Outcome::SignIn(Role::Admin));
        assert_eq!(
            decided(Role::Member, Some(&[])),
            Outcome::SignIn(Role::Individual)
        );
        assert_eq!(
            decided(Role::Member, None),
            Outcome::SignIn(Role::Member),
            "nothing is said"
        );
        assert_eq!(
            decided(Role::Owner, Some(&["staff"])),
            Outcome::SignIn(Role::Owner)
        );
        let unmapped = Agreement {
            group_roles: BTreeMap::new(),
            ..agreement()
        };
        let answer = decide(&unmapped, &known(Role::Member, Some(&["it"])));
        assert_eq!(answer, Outcome::SignIn(Role::Member), "nothing was agreed on");
    }

    #[test]
    fn an_account_is_linked_by_an_address_the_service_vouches_for() {
        let there = Arrival {
            by_email: account(Role::Member),
            ..arrival(None)
        };
        assert_eq!(decide(&agreement(), &there), Outcome::Link(Role::Member));
        let claimed = Arrival {
            email_verified: false,
            ..there.clone()
        };
        assert_eq!(
            decide(&agreement(), &claimed),
            Outcome::Refused(Refusal::EmailUnverified)
        );
        let owner = Arrival {
            by_email: account(Role::Owner),
            ..there
        };
        assert_eq!(decide(&agreement(), &owner), Outcome::Refused(Refusal::Owner));
    }

    #[test]
    fn who_was_deactivated_stays_outside_however_they_come() {
        let gone = Some(Account {
            role: Role::Member,
            active: false,
        });
        for arrived in [
            Arrival {
                known: gone,
                ..arrival(Some(&["it"]))
            },
            Arrival {
                by_email: gone,
                ..arrival(Some(&["it"]))
            },
        ] {
            assert_eq!(
                decide(&agreement(), &arrived),
                Outcome::Refused(Refusal::Inactive)
            );
        }
    }

    #[test]
    fn strangers_stay_outside_where_the_service_makes_no_accounts() {
        let closed = Agreement {
            creates_people: false,
            ..agreement()
        };
        assert_eq!(
            decide(&closed, &arrival(Some(&["it"]))),
            Outcome::Refused(Refusal::Unknown)
        );
    }
}
