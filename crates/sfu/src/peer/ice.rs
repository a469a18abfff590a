//! Our half of ICE: we are lite (RFC 8445 §2.5), so clients check and we answer and remember where they are.

use std::net::SocketAddr;

use aws_lc_rs::hmac;
use is::stun::StunMessage;

use crate::address::TransportAddress;
use crate::media::IceCredentials;

/// Source addresses kept per peer: a client with several interfaces and relays checks from about ten.
const MAX_ADDRESSES: usize = 16;

/// What became of a STUN datagram.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// A valid check: send `response` back; `forgotten` is an address that made room.
    Answered {
        response: Vec<u8>,
        forgotten: Option<TransportAddress>,
    },
    /// Not a request, not for us, or its integrity is wrong.
    Refused,
}

/// Answers checks and follows the client's nominations.
#[derive(Debug)]
pub(crate) struct IceLite {
    /// Newest last; while a restart is under way both are valid.
    credentials: Vec<IceCredentials>,
    addresses: Vec<TransportAddress>,
    selected: Option<TransportAddress>,
    nominated: bool,
}

/// The user fragment of ours that a STUN request names, before anything is verified.
pub fn named_ufrag(datagram: &[u8]) -> Option<String> {
    let message = StunMessage::parse(datagram).ok()?;
    if !message.is_binding_request() {
        return None;
    }
    Some(message.split_username()?.0.to_owned())
}

fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        context.update(part);
    }
    let mut tag = [0; 20];
    tag.copy_from_slice(context.sign().as_ref());
    tag
}

impl IceLite {
    pub(crate) fn new(credentials: IceCredentials) -> Self {
        Self {
            credentials: vec![credentials],
            addresses: Vec::new(),
            selected: None,
            nominated: false,
        }
    }

    /// New secrets of ours; the old ones stay valid until the client nominates with the new ones. Returns a
    /// user fragment that is no longer valid.
    pub(crate) fn restart(&mut self, credentials: IceCredentials) -> Option<String> {
        self.credentials.push(credentials);
        (self.credentials.len() > 2).then(|| self.credentials.remove(0).ufrag)
    }

    /// Every address this peer checked from.
    pub(crate) fn addresses(&self) -> &[TransportAddress] {
        &self.addresses
    }

    /// Where to send: the latest nominated address, else the first that checked.
    pub(crate) fn selected(&self) -> Option<TransportAddress> {
        self.selected
    }

    /// Answers a STUN datagram.
    pub(crate) fn receive(&mut self, source: TransportAddress, datagram: &[u8]) -> Checked {
        let Some((response, nominates, position)) = self.answer(source, datagram) else {
            return Checked::Refused;
        };
        let mut forgotten = None;
        if !self.addresses.contains(&source) {
            if self.addresses.len() >= MAX_ADDRESSES {
                let spare = self
                    .addresses
                    .iter()
                    .position(|&address| Some(address) != self.selected);
                forgotten = spare.map(|at| self.addresses.remove(at));
            }
            self.addresses.push(source);
        }
        if nominates {
            self.selected = Some(source);
            self.nominated = true;
            if position > 0 {
                // The restarted pair works.
                self.credentials.drain(..position);
            }
        } else if self.selected.is_none() {
            self.selected = Some(source);
        }
        Checked::Answered { response, forgotten }
    }

    /// Decides about one request: what to answer, whether it nominates, and which credentials it used.
    fn answer(&self, source: TransportAddress, datagram: &[u8]) -> Option<(Vec<u8>, bool, usize)> {
        let message = StunMessage::parse(datagram).ok()?;
        if !message.is_binding_request() {
            return None;
        }
        let (ours, _theirs) = message.split_username()?;
        let position = self.credentials.iter().position(|known| known.ufrag == ours)?;
        let password = self.credentials[position].password.as_bytes();
        if !message.verify(password, hmac_sha1) {
            return None;
        }
        // A dual-stack socket shows IPv4 sources as mapped IPv6; the client must see its own form.
        let (ip, port) = (source.address.ip(), source.address.port());
        let mapped = SocketAddr::new(ip.to_canonical(), port);
        let mut response = vec![0; 128];
        let reply = StunMessage::binding_reply(message.trans_id(), mapped);
        let length = reply.to_bytes(Some(password), &mut response, hmac_sha1).ok()?;
        response.truncate(length);
        Some((response, message.use_candidate(), position))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use is::stun::TransId;

    fn credentials(name: &str) -> IceCredentials {
        IceCredentials {
            ufrag: name.to_owned(),
            password: format!("{name}-password-of-enough-length"),
        }
    }

    pub(crate) fn check(ours: &IceCredentials, nominate: bool) -> Vec<u8> {
        let username = format!("{}:theirs", ours.ufrag);
        let mut bytes = vec![0; 256];
        let request = StunMessage::binding_request(&username, TransId::new(), true, 1, 100, nominate);
        let length = request
            .to_bytes(Some(ours.password.as_bytes()), &mut bytes, hmac_sha1)
            .unwrap();
        bytes.truncate(length);
        bytes
    }

    fn address(port: u16) -> TransportAddress {
        TransportAddress::udp(SocketAddr::from(([192, 0, 2, 1], port)))
    }

    fn is_answered(checked: &Checked) -> bool {
        matches!(checked, Checked::Answered { .. })
    }

    #[test]
    fn a_valid_check_is_answered_with_the_address_it_came_from() {
        let ours = credentials("ours");
        let mut ice = IceLite::new(ours.clone());
        let request = check(&ours, false);
        assert_eq!(named_ufrag(&request).as_deref(), Some("ours"));
        let Checked::Answered { response, .. } = ice.receive(address(1), &request) else {
            panic!("refused");
        };
        let reply = StunMessage::parse(&response).unwrap();
        assert!(reply.is_successful_binding_response());
        assert!(reply.verify(ours.password.as_bytes(), hmac_sha1));
        assert_eq!(reply.mapped_address(), Some(address(1).address));
        assert_eq!(ice.selected(), Some(address(1)));
    }

    #[test]
    fn strangers_and_forgeries_are_not_answered() {
        let ours = credentials("ours");
        let mut ice = IceLite::new(ours.clone());
        let mut wrong_password = ours.clone();
        wrong_password.password.push('x');
        assert_eq!(
            ice.receive(address(1), &check(&credentials("other"), false)),
            Checked::Refused
        );
        assert_eq!(
            ice.receive(address(1), &check(&wrong_password, true)),
            Checked::Refused
        );
        assert_eq!(ice.selected(), None);
    }

    #[test]
    fn the_latest_nomination_is_followed() {
        let ours = credentials("ours");
        let mut ice = IceLite::new(ours.clone());
        ice.receive(address(1), &check(&ours, false));
        ice.receive(address(2), &check(&ours, true));
        assert_eq!(ice.selected(), Some(address(2)));
        ice.receive(address(1), &check(&ours, false));
        assert_eq!(ice.selected(), Some(address(2)));
        ice.receive(address(3), &check(&ours, true));
        assert_eq!(ice.selected(), Some(address(3)));
    }

    #[test]
    fn a_restart_keeps_the_old_secrets_until_the_new_pair_is_nominated() {
        let (old, new) = (credentials("old"), credentials("new"));
        let mut ice = IceLite::new(old.clone());
        ice.receive(address(1), &check(&old, true));
        assert_eq!(ice.restart(new.clone()), None);
        assert!(is_answered(&ice.receive(address(1), &check(&old, true))));
        assert!(is_answered(&ice.receive(address(2), &check(&new, true))));
        assert_eq!(ice.selected(), Some(address(2)));
        assert_eq!(ice.receive(address(1), &check(&old, true)), Checked::Refused);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(mut bytes in proptest::collection::vec(0u8..=255, 20..120)) {
            bytes[0] = 0;
            bytes[1] = 1;
            let length = (bytes.len() - 20) as u16 & !3;
            bytes.truncate(20 + usize::from(length));
            bytes[2..4].copy_from_slice(&length.to_be_bytes());
            bytes[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
            let _ = named_ufrag(&bytes);
            let mut ice = IceLite::new(credentials("ours"));
            proptest::prop_assert_eq!(ice.receive(address(1), &bytes), Checked::Refused);
        }
    }
}
