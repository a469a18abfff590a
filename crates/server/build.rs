//! Makes sure that there is a web client to embed: the built one, or a page that says how to build it.

use std::fs;
use std::path::Path;

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<title>Palabre</title>\n\
     <p>The web client is not built yet: run <code>make run</code>, or <code>npm ci</code> and \
     <code>npm run build</code> in <code>web/</code>.</p>\n</html>\n";

fn main() {
    let folder = Path::new("../../web/dist");
    let page = folder.join("index.html");
    if !page.exists() {
        // Without the folder the embedding below would not compile, and its error would be harder to read.
        fs::create_dir_all(folder).expect("web/dist can be made");
        fs::write(&page, PLACEHOLDER).expect("web/dist can be written");
    }
    println!("cargo::rerun-if-changed=../../web/dist");
    println!("cargo::rerun-if-changed=build.rs");
}
