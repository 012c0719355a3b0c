//! Builds the page and puts its files into the program.
//!
//! npm runs only when a source of the page has changed since the last build. The compiled files and the
//! packages lie in the crate's build folder, not in the source tree, so that two builds never disturb
//! each other.
#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the page is made of, beside the folder `src`.
const SOURCES: [&str; 5] = ["package.json", "package-lock.json", ".npmrc", "tsconfig.json", "build.mjs"];

fn main() {
    if let Err(reason) = build() {
        // One clear line; a panic would put it among many.
        eprintln!("abide-web: the page can't be built: {reason}");
        std::process::exit(1);
    }
}

fn build() -> Result<(), String> {
    let page = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("page");
    let out = PathBuf::from(variable("OUT_DIR")?);
    let work = out.join("page");
    println!("cargo::rerun-if-changed={}", page.join("src").display());
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", page.join(source).display());
    }
    println!("cargo::rerun-if-env-changed=PATH");

    let fault = |what: &Path| {
        let what = what.display().to_string();
        move |e: io::Error| format!("{what}: {e}")
    };
    // Packages stay from one build to the next as long as the lock file is the same.
    let lock = fs::read(page.join("package-lock.json")).map_err(fault(&page.join("package-lock.json")))?;
    let installed = fs::read(work.join("installed")).is_ok_and(|found| found == lock);
    let _ = fs::remove_dir_all(work.join("src"));
    fs::create_dir_all(work.join("src")).map_err(fault(&work))?;
    for source in SOURCES {
        fs::copy(page.join(source), work.join(source)).map_err(fault(&page.join(source)))?;
    }
    copy_folder(&page.join("src"), &work.join("src")).map_err(fault(&page.join("src")))?;
    if !installed {
        run(
            "npm",
            &["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            &work,
        )?;
        fs::write(work.join("installed"), lock).map_err(fault(&work))?;
    }
    let _ = fs::remove_dir_all(work.join("dist"));
    run("node", &["build.mjs"], &work)?;
    fs::write(out.join("assets.rs"), manifest(&work.join("dist"))?).map_err(fault(&out))
}

/// The list of files that `src/assets.rs` includes. Each file `x` has its compressed twin `x.gz`.
fn manifest(dist: &Path) -> Result<String, String> {
    let entries = fs::read_dir(dist).map_err(|e| format!("{}: {e}", dist.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok().and_then(|entry| entry.file_name().into_string().ok()))
        .collect();
    names.retain(|name| !name.ends_with(".gz"));
    names.sort();
    let mut text = String::from("/// All files of the page.\npub const ASSETS: &[Asset] = &[\n");
    for name in names {
        let path = dist.join(&name).display().to_string();
        text.push_str(&format!(
            "    Asset {{ name: {name:?}, plain: include_bytes!({path:?}), gzip: include_bytes!({:?}) }},\n",
            format!("{path}.gz")
        ));
    }
    text.push_str("];\n");
    Ok(text)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let into = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &into)?;
        } else {
            fs::copy(entry.path(), into)?;
        }
    }
    Ok(())
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output =
        Command::new(program).args(arguments).current_dir(folder).output().map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => {
                format!(
                    "{program} is not installed; it takes Node.js 20 or newer with npm (Debian: nodejs npm)"
                )
            }
            _ => format!("{program}: {e}"),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].concat();
    Err(format!("{program} {}: {}\n{}", arguments.join(" "), output.status, String::from_utf8_lossy(&said)))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set; run by cargo"))
}
