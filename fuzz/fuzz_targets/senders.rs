//! Who sends a request, by its headers: one `name: value` on each line, heard by somebody who is believed and by
//! somebody who is not. What is made of them for answers stands there as it must.
#![no_main]

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use palabre_server::config::Settings;
use palabre_server::http::language;
use palabre_server::http::proxies::Proxies;
use palabre_server::http::sender::{Sender, is_https_for_good, origin, seen_at};
use palabre_server::http::web::content_security_policy;

fuzz_target!(|bytes: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts.next().and_then(|name| HeaderName::from_bytes(name).ok());
        let value = parts
            .next()
            .and_then(|value| HeaderValue::from_bytes(value.trim_ascii()).ok());
        if let (Some(name), Some(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let _ = language::preferred(&headers);
    let stranger = IpAddr::from([192, 0, 2, 7]);
    let believed = [10, 0, 0, 1].into();
    let proxies = Proxies::new(&["10.0.0.0/8".parse().expect("a network")]);
    assert_eq!(
        Sender::of(stranger, false, &headers, &proxies).address,
        stranger,
        "strangers are not believed"
    );
    let settings = Settings::defaults();
    let here: SocketAddr = ([127, 0, 0, 1], 8080).into();
    for (peer, tls) in [(stranger, false), (stranger, true), (believed, false)] {
        let sender = Sender::of(peer, tls, &headers, &proxies);
        let _ = is_https_for_good(None, &sender);
        let origin = origin(None, &sender, here);
        assert!(
            matches!(origin.scheme(), "http" | "https") && origin.path() == "/" && origin.query().is_none()
        );
        let policy = content_security_policy(&settings, &seen_at(None, &sender, here));
        assert!(HeaderValue::from_str(&policy).is_ok());
        assert_eq!(
            policy.matches(';').count(),
            POLICIES,
            "nobody adds a policy: {policy}"
        );
        assert!(!policy.contains('*'), "nor everybody to one: {policy}");
    }
});

/// The signs between what our pages may do.
const POLICIES: usize = 10;
