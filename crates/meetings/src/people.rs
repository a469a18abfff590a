//! People with an account: their role, what it allows, and who may change it.

use serde::{Deserialize, Serialize};

/// What somebody is in the organisation, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Has one personal room, and sees nobody else's.
    Individual,
    /// Belongs to the organisation.
    Member,
    /// Runs it.
    Admin,
    /// Answers for it.
    Owner,
}

/// What the product asks about somebody before it acts for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See the people and rooms of the organisation.
    SeeDirectory,
    /// Make rooms for the organisation.
    CreateRooms,
    /// Invite, change and deactivate people.
    ManagePeople,
    /// Change any room, whoever owns it.
    ManageRooms,
    /// Change the organisation, its establishments and its looks; see the system page.
    ManageOrganisation,
    /// Connect outside services and see what they do.
    ManageIntegrations,
}

impl Right {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::SeeDirectory,
        Self::CreateRooms,
        Self::ManagePeople,
        Self::ManageRooms,
        Self::ManageOrganisation,
        Self::ManageIntegrations,
    ];
}

/// What decides about somebody's rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What they are.
    pub role: Role,
    /// The right to manage integrations was given to them by name.
    pub manages_integrations: bool,
    /// They may sign in.
    pub active: bool,
}

impl Standing {
    /// Whether they may.
    pub fn has(self, right: Right) -> bool {
        self.active
            && match right {
                Right::SeeDirectory | Right::CreateRooms => self.role >= Role::Member,
                Right::ManagePeople | Right::ManageRooms | Right::ManageOrganisation => {
                    self.role >= Role::Admin
                }
                Right::ManageIntegrations => {
                    self.role == Role::Owner || self.manages_integrations && self.role >= Role::Member
                }
            }
    }

    /// Whether they can give a right to others; who lacks one is shown these people.
    pub fn can_give(self, right: Right) -> bool {
        match right {
            Right::ManageIntegrations => self.has(Right::ManagePeople),
            _ => self.has(Right::ManagePeople) && self.has(right),
        }
    }
}

/// Why somebody's role, rights or activity stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// Needs [`Right::ManagePeople`].
    #[error("only administrators change people")]
    NotAllowed,
    /// Administrators neither make owners nor change them.
    #[error("only an owner changes owners")]
    OwnersOnly,
    /// An organisation without an owner could not be run.
    #[error("the organisation needs an active owner: name another one first")]
    LastOwner,
    /// Somebody who manages integrations belongs to the organisation.
    #[error("an individual cannot manage integrations: make them a member first")]
    NotForIndividuals,
}

/// Whether `by` may change somebody's standing from `before` to `after`.
///
/// `other_owners` counts the active owners apart from the one who is changed.
pub fn change(
    by: Standing,
    before: Standing,
    after: Standing,
    other_owners: usize,
) -> Result<(), ChangeRefused> {
    if !by.has(Right::ManagePeople) {
        return Err(ChangeRefused::NotAllowed);
    }
    let of_owners = before.role == Role::Owner || after.role == Role::Owner;
    if of_owners && by.role != Role::Owner {
        return Err(ChangeRefused::OwnersOnly);
    }
    let owns = |standing: Standing| standing.active && standing.role == Role::Owner;
    if owns(before) && !owns(after) && other_owners == 0 {
        return Err(ChangeRefused::LastOwner);
    }
    if after.manages_integrations && after.role == Role::Individual {
        return Err(ChangeRefused::NotForIndividuals);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Right; 6] = Right::ALL;

    fn standing(role: Role) -> Standing {
        Standing {
            role,
            manages_integrations: false,
            active: true,
        }
    }

    fn rights(standing: Standing) -> Vec<Right> {
        ALL.into_iter().filter(|&right| standing.has(right)).collect()
    }

    #[test]
    fn each_role_has_its_rights() {
        assert_eq!(rights(standing(Role::Individual)), []);
        assert_eq!(rights(standing(Role::Member)), ALL[..2]);
        assert_eq!(rights(standing(Role::Admin)), ALL[..5]);
        assert_eq!(rights(standing(Role::Owner)), ALL);
    }

    #[test]
    fn managing_integrations_is_given_by_name() {
        let trusted = |role| Standing {
            manages_integrations: true,
            ..standing(role)
        };
        assert!(trusted(Role::Member).has(Right::ManageIntegrations));
        assert!(!trusted(Role::Individual).has(Right::ManageIntegrations));
        assert!(standing(Role::Admin).can_give(Right::ManageIntegrations));
        assert!(!trusted(Role::Member).can_give(Right::ManageIntegrations));
    }

    #[test]
    fn somebody_deactivated_may_nothing() {
        let gone = Standing {
            active: false,
            manages_integrations: true,
            ..standing(Role::Owner)
        };
        assert_eq!(rights(gone), []);
    }

    #[test]
    fn the_last_owner_stays_owner() {
        let owner = standing(Role::Owner);
        let gone = Standing {
            active: false,
            ..owner
        };
        assert_eq!(
            change(owner, owner, standing(Role::Admin), 0),
            Err(ChangeRefused::LastOwner)
        );
        assert_eq!(change(owner, owner, gone, 0), Err(ChangeRefused::LastOwner));
        assert_eq!(change(owner, owner, standing(Role::Admin), 1), Ok(()));
        assert_eq!(
            change(owner, gone, standing(Role::Member), 0),
            Ok(()),
            "he was none any more"
        );
    }

    #[test]
    fn administrators_run_people_but_not_owners() {
        let admin = standing(Role::Admin);
        let member = standing(Role::Member);
        assert_eq!(change(admin, member, admin, 1), Ok(()));
        assert_eq!(
            change(admin, member, standing(Role::Owner), 1),
            Err(ChangeRefused::OwnersOnly)
        );
        assert_eq!(
            change(admin, standing(Role::Owner), member, 1),
            Err(ChangeRefused::OwnersOnly)
        );
        assert_eq!(change(member, member, admin, 1), Err(ChangeRefused::NotAllowed));
    }

    #[test]
    fn an_individual_manages_no_integrations() {
        let after = Standing {
            manages_integrations: true,
            ..standing(Role::Individual)
        };
        let before = standing(Role::Individual);
        assert_eq!(
            change(standing(Role::Owner), before, after, 1),
            Err(ChangeRefused::NotForIndividuals)
        );
    }
}
