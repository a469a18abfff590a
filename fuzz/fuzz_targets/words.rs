//! What people type, read into types: whatever is read is written so that it is read as the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meetings::accent::Accent;
use meetings::address::{MAX_LENGTH, RoomAddress};
use meetings::chat::MessageText;
use meetings::display_name::DisplayName;
use meetings::email::{self, EmailAddress};
use meetings::scope::Scope;
use meetings::search::{Search, folded};
use meetings::sign_in::Code;
use meetings::{contact, language::Language};

fuzz_target!(|text: &str| {
    addresses(text);
    names(text);
    if let Ok(email) = EmailAddress::parse(text) {
        assert_eq!(EmailAddress::parse(email.as_str()).as_ref(), Ok(&email));
        assert_eq!(email::domain(email.domain()).as_deref(), Ok(email.domain()));
        assert!(email.masked().ends_with(email.domain()));
    }
    if let Ok(message) = MessageText::parse(text) {
        assert_eq!(MessageText::parse(message.as_str()), Ok(message));
    }
    if let Ok(accent) = Accent::parse(text) {
        assert_eq!(Accent::parse(&accent.to_string()), Ok(accent));
    }
    if let Ok(scope) = text.parse::<Scope>() {
        assert_eq!(scope.to_string().parse().ok(), Some(scope));
    }
    if let Ok(code) = Code::parse(text) {
        assert_eq!(
            Code::parse(code.digits())
                .map(|again| again.digits() == code.digits())
                .ok(),
            Some(true)
        );
    }
    if let Some(search) = Search::parse(text) {
        let kept: String = text.chars().take(200).collect();
        assert!(
            search.finds(&[&kept]),
            "words are found in what they were taken from"
        );
    }
    let _ = Language::from_tag(text);
});

fn addresses(text: &str) {
    if let Ok(address) = RoomAddress::parse(text) {
        assert_eq!(address.as_str(), text, "an exact address stays as it is");
    }
    let Ok(meant) = RoomAddress::meant(text) else {
        return;
    };
    assert!((1..=MAX_LENGTH).contains(&meant.as_str().len()));
    assert_eq!(RoomAddress::parse(meant.as_str()).as_ref(), Ok(&meant));
    assert_eq!(
        RoomAddress::meant(meant.as_str()).as_ref(),
        Ok(&meant),
        "it means itself"
    );
    assert_eq!(
        RoomAddress::meant(&folded(text)).as_ref(),
        Ok(&meant),
        "marks mean nothing"
    );
    assert!(!meant.spoken().is_empty());
    assert!(!meant.skeleton().is_empty());
    for other in meant.alternatives() {
        assert_ne!(other, meant);
        assert!(other.as_str().len() <= MAX_LENGTH);
    }
}

fn names(text: &str) {
    let salvaged = DisplayName::salvaged(text);
    if let Ok(name) = DisplayName::parse(text) {
        assert_eq!(DisplayName::parse(name.as_str()).as_ref(), Ok(&name));
        assert_eq!(salvaged.as_ref(), Some(&name), "of a good name nothing is taken");
    }
    if let Some(name) = salvaged {
        assert_eq!(DisplayName::parse(name.as_str()), Ok(name));
    }
    if let Ok(line) = contact::parse(text) {
        assert_eq!(contact::parse(&line), Ok(line));
    }
}
