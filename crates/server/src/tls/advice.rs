//! What whoever starts the server is told about https, in words that say what to do.

use std::net::{IpAddr, SocketAddr};

use super::acme::host;
use super::plan::{HTTP_PORT, HTTPS_PORT, Plan};
use crate::config::Settings;

/// The advice for a server that listens at `address`, or `None` when all is well. `here`: where this machine is found in
/// its network. `first`: it never had a certificate.
pub fn advice(
    plan: &Plan,
    settings: &Settings,
    address: SocketAddr,
    here: Option<IpAddr>,
    first: bool,
) -> Option<String> {
    let others_reach_it = !address.ip().to_canonical().is_loopback();
    match plan {
        Plan::Files(_) => None,
        Plan::Acme(acme) => first.then(|| {
            let (name, authority) = (&acme.name, host(acme));
            let lead = match address.port() {
                HTTPS_PORT => String::new(),
                ours => format!(",\n     and leads to port {ours}, where this server listens"),
            };
            let media = match (&settings.livekit_url, settings.media_port) {
                (Some(_), _) | (None, 0) => String::new(),
                (None, port) => {
                    format!("\n  3. Port {port} (UDP and TCP) is open too: sound and picture come there.")
                }
            };
            format!(
                "This is the first start for {name}. A certificate is being obtained from {authority},\n\
                 whose terms you accept by this. It takes half a minute, if:\n\
                 \n  1. The name {name} leads to this machine: an A or AAAA record at whoever keeps your names.\
                 \n  2. Port {HTTPS_PORT} of that address is open in firewalls and routers{lead}.\
                 \n     Port {HTTP_PORT} as well, for those who type http://.{media}\n\n\
                 The log says when the certificate is there, or what is missing.\n"
            )
        }),
        Plan::Plain if !settings.trusted_proxy.is_empty() => None,
        Plan::Plain if others_reach_it => Some(insecure(address, here)),
        Plan::Plain => {
            let expects_proxy = settings.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
            expects_proxy.then(|| {
                "A proxy on this machine is expected to bring people by https. Name it, so that limits count people\n\
                 and not the proxy: --trusted-proxy 127.0.0.1\n"
                    .to_owned()
            })
        }
    }
}

/// A plain server that other machines reach: what does not work, and the three ways out.
fn insecure(address: SocketAddr, here: Option<IpAddr>) -> String {
    let port = address.port();
    let works = match address.ip().is_unspecified() {
        true => format!("On this machine itself calls work as it is, at http://localhost:{port}/."),
        false => format!("On this machine itself calls would work with --listen 127.0.0.1:{port}."),
    };
    let here = match address.ip().is_unspecified() {
        true => here,
        false => Some(address.ip()),
    };
    let network = here.map_or_else(String::new, |here| in_network(SocketAddr::new(here, port)));
    format!(
        "Browsers give camera and microphone only to secure pages (https). This server speaks plain http at\n\
         {address}: people on other machines can neither be seen nor heard. Choose one:\n\
         \n  - A public name (yours in place of meet.example.org), whose certificate is obtained and renewed by itself:\
         \n      palabre serve --listen 0.0.0.0:443 --public-url https://meet.example.org\n\
         {network}\
         \n  - A proxy that has a certificate, named so that it is believed (its address in place of 10.0.0.1):\
         \n      palabre serve --listen 0.0.0.0:{port} --public-url https://meet.example.org --trusted-proxy 10.0.0.1\n\n\
         {works}\n"
    )
}

/// How a server of one network gets a certificate that the devices there can be made to trust: phones want it for the
/// address itself, for servers, and for little more than a year.
fn in_network(at: SocketAddr) -> String {
    let ip = at.ip();
    format!(
        "\n  - This machine's address in your network, {ip}. Make a certificate for it, and start with that:\
         \n      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 397 -subj /CN={ip} \\\
         \n        -addext subjectAltName=IP:{ip} -addext extendedKeyUsage=serverAuth \\\
         \n        -keyout palabre-key.pem -out palabre.pem\
         \n      palabre serve --listen 0.0.0.0:{port} --public-url https://{at} \\\
         \n        --tls-certificate palabre.pem --tls-key palabre-key.pem\
         \n    People open https://{at}/. Browsers warn of it until palabre.pem is trusted there: send that file\
         \n    (never the key) to each device, open it and install it; on an iPhone, then turn it on in Settings, General,\
         \n    About, Certificate Trust Settings.\n",
        port = at.port()
    )
}

#[cfg(test)]
mod tests {
    use super::super::plan::plan;
    use super::*;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

    fn told(change: impl FnOnce(&mut Settings), first: bool) -> Option<String> {
        let mut settings = Settings::defaults();
        change(&mut settings);
        let plan = plan(&settings).expect("a plan");
        advice(&plan, &settings, settings.listen, Some(HERE), first)
    }

    fn public(settings: &mut Settings, listen: &str) {
        settings.listen = listen.parse().expect("an address");
        settings.public_url = Some("https://meet.example.org/".parse().expect("a url"));
    }

    #[test]
    fn a_server_on_its_own_machine_needs_no_advice() {
        assert_eq!(told(|_| {}, true), None);
    }

    #[test]
    fn a_plain_server_that_others_reach_is_told_how_to_become_secure() {
        for listen in ["0.0.0.0:8080", "192.0.2.7:8080"] {
            let told = told(
                |settings| settings.listen = listen.parse().expect("an address"),
                false,
            );
            let told = told.expect("advice");
            for word in [
                listen,
                "https://meet.example.org",
                "subjectAltName=IP:192.0.2.7 ",
                "--public-url https://192.0.2.7:8080 ",
                "People open https://192.0.2.7:8080/.",
                "--trusted-proxy",
                "On this machine itself",
            ] {
                assert!(told.contains(word), "{word} is missing in {told}");
            }
        }
    }

    #[test]
    fn the_first_start_on_a_public_name_says_what_the_certificate_needs() {
        let first = told(|settings| public(settings, "0.0.0.0:443"), true).expect("advice");
        for word in [
            "meet.example.org",
            "Let’s Encrypt",
            "A or AAAA",
            "Port 443",
            "Port 80",
            "7882",
        ] {
            assert!(first.contains(word), "{word} is missing in {first}");
        }
        assert!(!first.contains("leads to port"), "{first}");
        let elsewhere = told(|settings| public(settings, "0.0.0.0:8443"), true).expect("advice");
        assert!(elsewhere.contains("leads to port 8443"), "{elsewhere}");
        assert_eq!(
            told(|settings| public(settings, "0.0.0.0:443"), false),
            None,
            "later"
        );
    }

    #[test]
    fn a_proxy_is_asked_to_be_named_until_it_is() {
        let unnamed = told(|settings| public(settings, "127.0.0.1:8080"), false).expect("advice");
        assert!(unnamed.contains("--trusted-proxy 127.0.0.1"), "{unnamed}");
        let named = |listen: &'static str| {
            told(
                move |settings| {
                    public(settings, listen);
                    settings.trusted_proxy = vec!["127.0.0.1".parse().expect("a network")];
                },
                false,
            )
        };
        assert_eq!(named("127.0.0.1:8080"), None);
        assert_eq!(named("0.0.0.0:8080"), None);
    }
}
