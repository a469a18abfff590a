//! Why no certificate was obtained, in words that say what to do.

use instant_acme::Problem;

use super::super::certificate::CertificateError;
use super::super::plan::{Acme, HTTP_PORT, HTTPS_PORT};

/// A way to prove that a name is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// In a TLS handshake on port 443 (TLS-ALPN-01, RFC 8737).
    Tls,
    /// By a file on port 80 (HTTP-01, RFC 8555 §8.3).
    Http,
}

/// Ports of this server.
#[derive(Clone, Copy, Debug)]
pub(in crate::tls) struct Ports {
    /// Where it speaks https.
    pub(in crate::tls) https: u16,
    /// Where it speaks http beside it.
    pub(in crate::tls) http: Option<u16>,
}

/// Why a try failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The authority did not answer, or not as the protocol has it.
    #[error("{0}")]
    Silent(String),
    /// The certificate of `--acme-root` cannot be used.
    #[error("{0}")]
    Root(String),
    /// It did not accept a proof.
    #[error("{}", detail(.1))]
    Unproven(Proof, Problem),
    /// It wants another proof than this.
    #[error("it does not take this proof")]
    NotOffered(Proof),
    /// It refused something else.
    #[error("{}", detail(.0))]
    Refused(Problem),
    /// What it gave cannot be used.
    #[error("{0}")]
    Useless(#[from] CertificateError),
    /// It could not be kept.
    #[error("{0}")]
    NotKept(#[from] std::io::Error),
}

impl Trouble {
    /// Another proof of the same name may be accepted where this one was not.
    pub(super) fn is_about_the_way(&self) -> bool {
        match self {
            Self::Unproven(_, problem) => kind(problem) != "dns" && kind(problem) != "caa",
            Self::NotOffered(_) => true,
            _ => false,
        }
    }

    /// The authority was asked too often.
    pub(super) fn is_limit(&self) -> bool {
        matches!(self, Self::Refused(problem) | Self::Unproven(_, problem) if kind(problem) == "rateLimited")
    }

    /// The account of before is not known to the authority.
    pub(super) fn is_unknown_account(&self) -> bool {
        matches!(self, Self::Refused(problem) if kind(problem) == "accountDoesNotExist")
    }

    /// What went wrong and what to do about it.
    pub(super) fn words(&self, acme: &Acme, ports: Ports) -> String {
        let (name, authority) = (&acme.name, host(acme));
        match self {
            Self::Silent(_) => {
                format!(
                    "{authority} could not be asked ({self}): let this machine reach {}",
                    acme.directory
                )
            }
            Self::Root(_) => format!("--acme-root cannot be used: {self}"),
            Self::Unproven(proof, problem) => match kind(problem) {
                "dns" => format!(
                    "{authority} finds no address of {name} ({self}): add an A or AAAA record for it that leads to this \
                     machine"
                ),
                "caa" => format!(
                    "the CAA records of {name} do not permit {authority} ({self}): add one that does, or remove them"
                ),
                "connection" => format!(
                    "{authority} cannot reach port {} of {name} ({self}): open it in firewalls{}",
                    proof.port(),
                    proof.lead(ports)
                ),
                _ => format!(
                    "{authority} does not find the proof at port {} of {name} ({self}): have the name lead to this \
                     machine alone{}, or name the proxy before it with --trusted-proxy",
                    proof.port(),
                    proof.lead(ports)
                ),
            },
            Self::NotOffered(proof) => format!("{authority} does not take a proof at port {}", proof.port()),
            Self::Refused(problem) => match kind(problem) {
                "rejectedIdentifier" => {
                    format!("{authority} gives no certificate for {name} ({self}): is it a public name?")
                }
                "rateLimited" => format!("{authority} was asked too often ({self})"),
                "invalidContact" | "unsupportedContact" => {
                    format!("{authority} does not take the address of --acme-contact ({self})")
                }
                _ => format!("{authority} refused a certificate for {name} ({self})"),
            },
            Self::Useless(_) => format!("what {authority} gave for {name} cannot be used ({self})"),
            Self::NotKept(_) => {
                format!("the certificate of {name} cannot be kept in the data folder ({self})")
            }
        }
    }
}

impl Proof {
    /// Where authorities look for it.
    pub(super) fn port(self) -> u16 {
        match self {
            Self::Tls => HTTPS_PORT,
            Self::Http => HTTP_PORT,
        }
    }

    /// What is to be done when this server listens at another port.
    fn lead(self, ports: Ports) -> String {
        let ours = match self {
            Self::Tls => Some(ports.https),
            Self::Http => ports.http,
        };
        match ours {
            Some(ours) if ours != self.port() => {
                format!(" and lead it to port {ours}, where this server listens")
            }
            _ => String::new(),
        }
    }
}

/// How people call the authority.
pub(in crate::tls) fn host(acme: &Acme) -> &str {
    match acme.directory.host_str() {
        Some(host) if host.ends_with(".letsencrypt.org") => "Let’s Encrypt",
        Some(host) => host,
        None => "the authority",
    }
}

/// The last word of a problem's type (RFC 8555 §6.7).
fn kind(problem: &Problem) -> &str {
    let full = problem.r#type.as_deref().unwrap_or_default();
    full.rsplit(':').next().unwrap_or_default()
}

/// What the authority says itself.
fn detail(problem: &Problem) -> String {
    let detail = problem.detail.as_deref().or(problem.r#type.as_deref());
    let subs = problem.subproblems.iter().filter_map(|sub| sub.detail.as_deref());
    let all: Vec<_> = detail.into_iter().chain(subs).collect();
    if all.is_empty() {
        "it gave no reason".to_owned()
    } else {
        all.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> Acme {
        Acme {
            name: "meet.example.org".to_owned(),
            directory: "https://acme-v02.api.letsencrypt.org/directory"
                .parse()
                .expect("a url"),
            contact: None,
            root: None,
        }
    }

    fn problem(kind: &str) -> Problem {
        let json =
            serde_json::json!({ "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": "Because" });
        serde_json::from_value(json).expect("a problem")
    }

    #[test]
    fn each_trouble_says_what_to_do() {
        let ports = Ports {
            https: 8443,
            http: Some(80),
        };
        for (trouble, words) in [
            (Trouble::Unproven(Proof::Tls, problem("dns")), "A or AAAA record"),
            (Trouble::Unproven(Proof::Tls, problem("caa")), "CAA"),
            (
                Trouble::Unproven(Proof::Tls, problem("connection")),
                "port 443 of meet.example.org (Because): open it in firewalls and lead it to port 8443",
            ),
            (
                Trouble::Unproven(Proof::Http, problem("connection")),
                "port 80 of meet.example.org (Because): open it in firewalls",
            ),
            (
                Trouble::Unproven(Proof::Http, problem("unauthorized")),
                "--trusted-proxy",
            ),
            (Trouble::Unproven(Proof::Tls, problem("tls")), "--trusted-proxy"),
            (Trouble::Refused(problem("rejectedIdentifier")), "public name"),
            (Trouble::Refused(problem("rateLimited")), "too often"),
            (Trouble::Refused(problem("invalidContact")), "--acme-contact"),
            (
                Trouble::Silent("no route".to_owned()),
                "https://acme-v02.api.letsencrypt.org/directory",
            ),
        ] {
            let told = trouble.words(&acme(), ports);
            assert!(told.contains(words) && told.contains("Let’s Encrypt"), "{told}");
        }
    }

    #[test]
    fn another_proof_is_tried_only_where_it_may_help() {
        for (trouble, helps) in [
            (Trouble::Unproven(Proof::Tls, problem("connection")), true),
            (Trouble::Unproven(Proof::Tls, problem("unauthorized")), true),
            (Trouble::NotOffered(Proof::Tls), true),
            (Trouble::Unproven(Proof::Tls, problem("dns")), false),
            (Trouble::Refused(problem("rejectedIdentifier")), false),
        ] {
            assert_eq!(trouble.is_about_the_way(), helps, "{trouble:?}");
        }
    }
}
