//! Generated pages are what the code would generate now. `PALABRE_WRITE_REFERENCE=1` writes them.

use std::path::Path;

fn is_current(file: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/reference")
        .join(file);
    if std::env::var_os("PALABRE_WRITE_REFERENCE").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes the folder");
        std::fs::write(&path, expected).expect("writes");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/reference/{file} is not current: run PALABRE_WRITE_REFERENCE=1 cargo test -p server --test it reference"
    );
}

#[test]
fn the_page_of_settings_is_current() {
    is_current("settings.md", &server::config::reference());
}

#[test]
fn the_description_of_the_api_is_current() {
    is_current("openapi.json", &server::http::openapi::document());
}
