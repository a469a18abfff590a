//! The commands of `palabre`: what they are called, what they print, how they fail.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;
use meetings::display_name::{DisplayName, NameError};
use meetings::email::{EmailAddress, EmailError};
use meetings::language::Language;
use meetings::people::Role;
use meetings::scope::{Scope, ScopeError};
use store::{Store, StoreError};
use tracing_subscriber::EnvFilter;

use crate::actions::people::Addition;
use crate::actions::{self, api_tokens, people};
use crate::config::{LogFormat, Settings};
use crate::doctor::{self, Finding, Patient, Place, Verdict};
use crate::http::openapi;
use crate::keys::{self, KeysError};
use crate::media::{MediaPlane, MediaThreads};
use crate::serve::{self, StartError};

/// The command line could not be understood, or a setting is wrong.
const WRONG_USE: u8 = 2;

/// What was asked could not be done.
const FAILED: u8 = 1;

#[derive(Parser)]
#[command(
    name = "palabre",
    version,
    about = "Meetings on your own machine",
    after_help = "Examples:\n  palabre serve\n  palabre serve --listen 0.0.0.0:8080 --public-url https://meet.example.org\n  palabre keys add ci --json"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Common {
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
    /// Settings file instead of ./palabre.toml
    #[arg(long, env = "PALABRE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    _settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    #[command(
        after_help = "Examples:\n  palabre serve\n  palabre serve --listen 127.0.0.1:9000 --data /srv/palabre\n  PALABRE_LISTEN=0.0.0.0:8080 palabre serve"
    )]
    Serve,
    /// API keys for LiveKit's SDKs and tools
    #[command(
        after_help = "Examples:\n  palabre keys add ci\n  palabre keys add ci --json --data /srv/palabre"
    )]
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// People with an account
    #[command(
        after_help = "Examples:\n  palabre people add claire@example.org --role owner\n  palabre people add claire@example.org --json --data /srv/palabre"
    )]
    People {
        #[command(subcommand)]
        command: PeopleCommand,
    },
    /// Tokens with which programs call the API for somebody
    #[command(
        after_help = "Examples:\n  palabre tokens add claire@example.org ci --scope rooms:write --scope people:read\n  palabre tokens add claire@example.org ci --scope rooms:read --json"
    )]
    Tokens {
        #[command(subcommand)]
        command: TokensCommand,
    },
    /// Copy everything that is remembered into a folder, also while the server runs
    #[command(
        after_help = "The key file (secret.key) is not copied: keep it in another place.\n\nExamples:\n  palabre backup /srv/backups/monday\n  palabre backup /srv/backups/monday --data /srv/palabre"
    )]
    Backup {
        /// A folder that does not exist yet, or is empty
        folder: PathBuf,
    },
    /// Put a backup into an empty data folder, or an empty database
    #[command(
        after_help = "Put the key file (secret.key) into the data folder first.\n\nExamples:\n  palabre restore /srv/backups/monday --data /srv/palabre-new"
    )]
    Restore {
        /// What `palabre backup` made
        folder: PathBuf,
    },
    /// Look for what stands between people and a call: database, folder, ports, addresses, mail
    #[command(
        after_help = "Also while the server runs. Fails when something does not work.\n\nExamples:\n  palabre doctor\n  palabre doctor --json --data /srv/palabre"
    )]
    Doctor,
    /// Print the description of the API (OpenAPI)
    #[command(after_help = "Examples:\n  palabre openapi > openapi.json")]
    Openapi,
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Make a key; a running server accepts it within a second
    #[command(after_help = "Examples:\n  palabre keys add ci\n  palabre keys add ci --json")]
    Add {
        /// What you call it
        name: String,
    },
}

#[derive(Subcommand)]
enum PeopleCommand {
    /// Add somebody, or find them, and print a link that signs them in once
    #[command(
        after_help = "On an empty folder this makes the organisation, named by the address' domain.\n\nExamples:\n  palabre people add claire@example.org --role owner\n  palabre people add jerome@example.org --name 'Jérôme Blanc' --json"
    )]
    Add {
        /// The address by which they sign in
        #[arg(value_parser = email)]
        email: EmailAddress,
        /// What they are; the first person becomes owner, others members
        #[arg(long, value_name = "owner|admin|member", value_parser = role)]
        role: Option<Role>,
        /// What they are called
        #[arg(long, value_parser = display_name)]
        name: Option<DisplayName>,
    },
}

#[derive(Subcommand)]
enum TokensCommand {
    /// Make a token; it is printed once and never again
    #[command(
        after_help = "Examples:\n  palabre tokens add claire@example.org ci --scope rooms:write\n  palabre tokens add claire@example.org ci --scope rooms:read --scope people:read --json"
    )]
    Add {
        /// The address of the person it acts for
        #[arg(value_parser = email)]
        email: EmailAddress,
        /// What you call it
        name: String,
        /// What it may touch: rooms, people, recordings, events, connections or programmes, with :read or :write; repeats
        #[arg(long = "scope", required = true, value_parser = scope, value_name = "NOUN:ACCESS")]
        scopes: Vec<Scope>,
    },
}

fn email(text: &str) -> Result<EmailAddress, EmailError> {
    EmailAddress::parse(text)
}

fn display_name(text: &str) -> Result<DisplayName, NameError> {
    DisplayName::parse(text)
}

fn role(text: &str) -> Result<Role, &'static str> {
    match text {
        "owner" => Ok(Role::Owner),
        "admin" => Ok(Role::Admin),
        "member" => Ok(Role::Member),
        _ => Err("a role is owner, admin or member"),
    }
}

fn scope(text: &str) -> Result<Scope, ScopeError> {
    text.parse()
}

/// Runs the command line and returns the process's exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Every flag may stand before a command's name or after it.
    let command = Cli::command().mut_args(|argument| argument.global(true));
    let matches = match command.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return misunderstood(&error),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error),
    };
    let settings = match Settings::from_matches(innermost(&matches), cli.common.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return fail(WRONG_USE, &error),
    };
    match cli.command {
        Command::Serve => run_server(settings),
        Command::Keys {
            command: KeysCommand::Add { name },
        } => carry_out(add_key(&settings, &name, cli.common.json)),
        Command::People {
            command: PeopleCommand::Add { email, role, name },
        } => {
            let addition = Addition { email, name, role };
            carry_out(add_person(&settings, addition, cli.common.json))
        }
        Command::Tokens {
            command: TokensCommand::Add { email, name, scopes },
        } => carry_out(add_token(&settings, &email, &name, &scopes, cli.common.json)),
        Command::Backup { folder } => carry_out(backup(&settings, &folder, cli.common.json)),
        Command::Restore { folder } => carry_out(restore(&settings, &folder, cli.common.json)),
        Command::Doctor => examine(&settings, cli.common.json),
        Command::Openapi => print(&openapi::document()),
    }
}

/// The matches of the last command named; global flags are known there wherever they stood.
fn innermost(matches: &ArgMatches) -> &ArgMatches {
    match matches.subcommand() {
        Some((_, deeper)) => innermost(deeper),
        None => matches,
    }
}

/// Help and version as asked for; anything else as one sentence.
fn misunderstood(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => print(&error.render().to_string()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => fail(
            WRONG_USE,
            &"a command is needed: serve, people, tokens, keys, backup, restore, doctor or openapi (see palabre --help)",
        ),
        _ => {
            let text = error.render().to_string();
            let paragraph = text.split("\n\n").next().unwrap_or_default();
            let sentence = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            fail(WRONG_USE, &sentence.trim_start_matches("error: "))
        }
    }
}

fn fail(code: u8, sentence: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("palabre: {sentence}");
    ExitCode::from(code)
}

/// Writes to standard output; a reader that went away (`| head`) is no failure.
fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => fail(FAILED, &error),
        _ => ExitCode::SUCCESS,
    }
}

/// Why a command did not do what was asked, in one sentence.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Action(#[from] actions::error::Error),
}

/// Runs a command that works on the store, prints what it answers, and fails with its sentence.
fn carry_out(command: impl Future<Output = Result<String, Failed>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(FAILED, &error),
    };
    match runtime.block_on(command) {
        Ok(text) => print(&text),
        Err(error) => fail(FAILED, &error),
    }
}

async fn add_key(settings: &Settings, name: &str, json: bool) -> Result<String, Failed> {
    let store = Store::open(&settings.location(), &settings.data).await?;
    let key = keys::add(&store, Timestamp::now(), name).await?;
    store.close().await?;
    Ok(if json {
        let value = serde_json::json!({ "key": key.key, "secret": key.secret.expose() });
        format!("{value}\n")
    } else {
        format!("key     {}\nsecret  {}\n", key.key, key.secret.expose())
    })
}

async fn add_person(settings: &Settings, addition: Addition, json: bool) -> Result<String, Failed> {
    let store = Store::open(&settings.location(), &settings.data).await?;
    let (id, secret) = people::add_from_command_line(&store, Timestamp::now(), addition).await?;
    store.close().await?;
    let link = settings.link("sign-in", &secret);
    Ok(if json {
        format!("{}\n", serde_json::json!({ "id": id.to_string(), "link": link }))
    } else {
        format!("{link}\nThis link signs in once, within 24 hours.\n")
    })
}

async fn add_token(
    settings: &Settings,
    email: &EmailAddress,
    name: &str,
    scopes: &[Scope],
    json: bool,
) -> Result<String, Failed> {
    let store = Store::open(&settings.location(), &settings.data).await?;
    let token = api_tokens::add_from_command_line(&store, Timestamp::now(), email, name, scopes).await?;
    store.close().await?;
    Ok(if json {
        format!("{}\n", serde_json::json!({ "token": token.expose() }))
    } else {
        format!("{}\n", token.expose())
    })
}

async fn backup(settings: &Settings, folder: &Path, json: bool) -> Result<String, Failed> {
    let store = Store::open(&settings.location(), &settings.data).await?;
    let made = store::backup::backup(&store, folder, Timestamp::now()).await?;
    store.close().await?;
    Ok(if json {
        let value =
            serde_json::json!({ "folder": made.folder, "files": made.files, "key_file": made.key_file });
        format!("{value}\n")
    } else {
        format!(
            "The backup is in {}.\nThe key file {} is not in it: keep a copy of it in another place, without which the \
             secrets in the backup cannot be read.\n",
            made.folder.display(),
            made.key_file.display()
        )
    })
}

async fn restore(settings: &Settings, folder: &Path, json: bool) -> Result<String, Failed> {
    store::backup::restore(folder, &settings.location(), &settings.data).await?;
    // Opening it brings the tables to this version and finds out whether the key file fits.
    Store::open(&settings.location(), &settings.data)
        .await?
        .close()
        .await?;
    Ok(if json {
        format!("{}\n", serde_json::json!({ "data": settings.data }))
    } else {
        format!(
            "Restored; `palabre serve --data {}` starts it.\n",
            settings.data.display()
        )
    })
}

/// Prints what was found; fails when something does not work.
fn examine(settings: &Settings, json: bool) -> ExitCode {
    let mut bad = false;
    let text = async {
        let store = Store::open(&settings.location(), &settings.data).await;
        let patient = Patient {
            settings,
            store: store.as_ref(),
            place: Place::CommandLine,
        };
        let found = doctor::examine(&patient, Timestamp::now()).await;
        if let Ok(store) = store {
            store.close().await?;
        }
        bad = found.iter().any(|finding| finding.verdict == Verdict::Bad);
        Ok(match json {
            true => format!("{}\n", serde_json::json!({ "findings": found })),
            false => found.iter().map(line).collect(),
        })
    };
    match (carry_out(text), bad) {
        (_, true) => ExitCode::from(FAILED),
        (code, false) => code,
    }
}

fn line(finding: &Finding) -> String {
    let mark = match finding.verdict {
        Verdict::Good => "ok  ",
        Verdict::Note => "    ",
        Verdict::Warning => "WARN",
        Verdict::Bad => "BAD ",
    };
    format!("{mark}  {}\n", finding.sentence(Language::En))
}

fn run_server(settings: Settings) -> ExitCode {
    if let Err(sentence) = start_log(&settings) {
        return fail(WRONG_USE, &sentence);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(FAILED, &error),
    };
    // A LiveKit cluster carries its media itself.
    let media = match settings
        .livekit_url
        .is_none()
        .then(|| MediaThreads::start(&settings))
        .transpose()
    {
        Ok(media) => media,
        Err(error) => return fail(FAILED, &StartError::Media(error.to_string())),
    };
    let code = runtime.block_on(async {
        let plane = media.clone().map(|media| media as Arc<dyn MediaPlane>);
        let running = match serve::start(settings, plane).await {
            Ok(running) => running,
            Err(error) => return fail(FAILED, &error),
        };
        if let Some(media) = &media {
            media.announce();
        }
        print(&format!("Palabre is ready: {}\n", running.url()));
        if let Some(advice) = running.advice() {
            print(&format!("\n{advice}"));
        }
        match running.welcome_link().await {
            Ok(Some(link)) => {
                print(&format!(
                    "\nThere is no organisation yet. Begin here (the link works once; a new start prints a new one):\n\n  \
                     {link}\n"
                ));
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "no welcome link could be made"),
        }
        wait_for_signal().await;
        tracing::info!("stopping");
        running.stop().await;
        ExitCode::SUCCESS
    });
    // Rooms have ended: their good-byes are the last that is sent.
    if let Some(media) = media {
        media.stop();
    }
    code
}

fn start_log(settings: &Settings) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|error| format!("--log is wrong: {error}"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}

/// Until somebody asks the process to end.
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened for");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened for");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
