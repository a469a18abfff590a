//! The one page of the web client, wearing the organisation's name, logo and colour from its first byte, so that nobody
//! sees another one flash by.
//!
//! The page's policy forbids scripts in the page: what the client must know stands in a `<meta>`, and the colour in a
//! `<style>`.

use meetings::shades::{Scheme, Shades};

use super::mailbox::escaped;
use super::organisation::Organisation;
use crate::actions::organisation::Shown;

const TITLE: &str = "<title>Palabre</title>";
const HEAD_END: &str = "</head>";

/// What stands on the page while the client's code is on its way.
const BOOT: &str = "<div class=\"boot\">";

/// The page as the organisation wears it.
pub fn dressed(page: &str, shown: &Shown) -> String {
    let public = Organisation::public(shown);
    let (name, logo) = (escaped(&public.name), public.logo.as_deref());
    let told = serde_json::to_string(&public).expect("texts are always JSON");
    let mut head = format!(
        "<meta name=\"palabre-organisation\" content=\"{}\">",
        escaped(&told)
    );
    if let Some(accent) = shown.organisation.accent {
        head += &style(Shades::of(accent));
    }
    let logo = logo.map_or_else(
        || "<img src=\"/logo.svg\" alt=\"\" width=\"26\" height=\"26\">".to_owned(),
        |logo| format!("<img src=\"{}\" alt=\"\" height=\"32\">", escaped(logo)),
    );
    let page = page
        .replacen(TITLE, &format!("<title>{name}</title>"), 1)
        .replacen(HEAD_END, &format!("{head}{HEAD_END}"), 1);
    match page.split_once(BOOT) {
        Some((before, after)) => {
            let after = after.split_once("</div>").map_or(after, |(_, after)| after);
            format!("{before}{BOOT}{logo}{name}</div>{after}")
        }
        None => page,
    }
}

/// The client's own colours stand at `:root` and below the scheme; these win over them wherever they are.
fn style(shades: Shades) -> String {
    let block = |of: Scheme| {
        format!(
            "--leaf:{};--leaf-hover:{};--leaf-tint:{};--on-leaf:{}",
            of.colour, of.hover, of.tint, of.on
        )
    };
    format!(
        "<style id=\"accent\">html:root{{{}}}html:root[data-mantine-color-scheme=dark]{{{}}}</style>",
        block(shades.light),
        block(shades.dark)
    )
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use meetings::accent::Accent;
    use meetings::language::Language;
    use meetings::sign_up::SignUp;

    use super::*;

    const PAGE: &str = "<html><head><title>Palabre</title></head><body><div id=\"root\"><div class=\"boot\"><img \
                        src=\"/logo.svg\">Palabre</div></div><script type=\"module\" src=\"/a.js\"></script></body>";

    fn shown(name: &str) -> Shown {
        Shown {
            organisation: store::organisation::Organisation {
                id: store::random::id(Timestamp::UNIX_EPOCH),
                name: name.to_owned(),
                language: Language::Fr,
                sign_up: SignUp::Closed,
                legal_notice: None,
                privacy_notice: None,
                help_contact: None,
                accent: Accent::parse("#5b2a86").ok(),
                chat_days: Some(30),
                attendance_days: None,
                created: Timestamp::UNIX_EPOCH,
            },
            logo: Some(Timestamp::UNIX_EPOCH),
        }
    }

    #[test]
    fn the_page_says_whose_it_is_before_any_script_runs() {
        let page = dressed(PAGE, &shown("Groupimo"));
        assert!(page.contains("<title>Groupimo</title>"), "{page}");
        assert!(page.contains("html:root{--leaf:#5b2a86;"), "{page}");
        assert!(
            page.contains("logo?v=0\" alt=\"\" height=\"32\">Groupimo</div></div>"),
            "{page}"
        );
        assert!(page.contains("&quot;name&quot;:&quot;Groupimo&quot;"), "{page}");
        assert!(
            !page.contains("policies") && !page.contains("chat_days"),
            "{page}"
        );
    }

    #[test]
    fn a_hostile_name_stays_text() {
        let page = dressed(PAGE, &shown("\"><script>alert('1')</script>&amp;"));
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(page.contains("<title>&quot;&gt;&lt;script&gt;"), "{page}");
    }

    #[test]
    fn the_built_page_has_the_places_that_are_dressed() {
        let built = super::super::web::page().expect("the client is built");
        for place in [TITLE, HEAD_END, BOOT] {
            assert_eq!(built.matches(place).count(), 1, "{place} in {built}");
        }
    }
}
