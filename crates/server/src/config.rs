//! Every setting, in one structure: flag, then environment, then `palabre.toml`, then default.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, ValueEnum};
use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use instant_acme::LetsEncrypt;
use serde::{Deserialize, Serialize};
use store::{Location, Secret};
use url::Url;

use crate::http::proxies::Network;
use crate::mail::server::MailServer;
use crate::tls::plan;

/// Where settings are looked for when `--config` is not given.
pub const DEFAULT_FILE: &str = "palabre.toml";

/// The settings of an installation. The sentence above each field is what `--help` and
/// `docs/reference/settings.md` show. The command line lets each stand before a command's name or after it.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder that holds everything the server must remember
    #[arg(
        long,
        env = "PALABRE_DATA",
        value_name = "DIR",
        default_value = "./palabre-data"
    )]
    pub data: PathBuf,

    /// Keep everything in this PostgreSQL database instead of a file in the data folder: postgres://user:password@host/name, and ?sslmode=verify-full behind it where the network is not to be trusted
    #[arg(
        long,
        env = "PALABRE_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<Secret>,

    /// Address and port of the web server; a port of 0 takes a free one
    #[arg(
        long,
        env = "PALABRE_LISTEN",
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,

    /// Port for sound and picture, by UDP, and by TCP where UDP does not pass; 0 takes a free one
    #[arg(long, env = "PALABRE_MEDIA_PORT", value_name = "PORT", default_value_t = 7882)]
    pub media_port: u16,

    /// Address by which people reach the web server, as they type it
    #[arg(long, env = "PALABRE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,

    /// Certificate in PEM, followed by those that vouch for it; makes the web server speak https, and is read again
    /// when it changes
    #[arg(long, env = "PALABRE_TLS_CERTIFICATE", value_name = "FILE")]
    pub tls_certificate: Option<PathBuf>,

    /// Key of the certificate in PEM
    #[arg(long, env = "PALABRE_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// Where a certificate is obtained (ACME) for a public https:// address that others reach without a proxy; whoever
    /// uses it accepts the terms of this authority
    #[arg(
        long,
        env = "PALABRE_ACME_DIRECTORY",
        value_name = "URL",
        default_value = LetsEncrypt::Production.url()
    )]
    pub acme_directory: Url,

    /// E-mail address the certificate authority may write to
    #[arg(long, env = "PALABRE_ACME_CONTACT", value_name = "EMAIL")]
    pub acme_contact: Option<String>,

    /// Certificate in PEM that vouches for a private --acme-directory
    #[arg(long, env = "PALABRE_ACME_ROOT", value_name = "FILE")]
    pub acme_root: Option<PathBuf>,

    /// Address and port where plain http leads people to https; without it port 80 beside https on its usual port, or
    /// beside a certificate obtained
    #[arg(long, env = "PALABRE_HTTP_LISTEN", value_name = "ADDR:PORT")]
    pub http_listen: Option<SocketAddr>,

    /// Address or network (10.0.0.0/8) of a proxy before this server; X-Forwarded-For, -Proto, -Host and Forwarded are
    /// believed from nobody else; may be given several times
    #[arg(
        long,
        env = "PALABRE_TRUSTED_PROXY",
        value_name = "IP|CIDR",
        value_delimiter = ','
    )]
    #[serde(default)]
    pub trusted_proxy: Vec<Network>,

    /// IP address by which people reach the media port; without it, those of this machine are found
    #[arg(long, env = "PALABRE_MEDIA_ADDRESS", value_name = "IP")]
    pub media_address: Option<IpAddr>,

    /// Use this LiveKit cluster for media instead of the embedded server
    #[arg(long, env = "PALABRE_LIVEKIT_URL", value_name = "URL")]
    pub livekit_url: Option<Url>,

    /// API key of the LiveKit cluster
    #[arg(long, env = "PALABRE_LIVEKIT_KEY", value_name = "KEY")]
    pub livekit_key: Option<String>,

    /// API secret of the LiveKit cluster
    #[arg(
        long,
        env = "PALABRE_LIVEKIT_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub livekit_secret: Option<Secret>,

    /// People in one room at once; 0 means no limit
    #[arg(
        long,
        env = "PALABRE_MAX_PARTICIPANTS_PER_ROOM",
        value_name = "NUMBER",
        default_value_t = 50
    )]
    pub max_participants_per_room: u32,

    /// People in all rooms at once; 0 means no limit
    #[arg(
        long,
        env = "PALABRE_MAX_PARTICIPANTS",
        value_name = "NUMBER",
        default_value_t = 500
    )]
    pub max_participants: u32,

    /// Open a room when the first person asks for it; otherwise only the API opens rooms
    #[arg(
        long,
        env = "PALABRE_AUTO_CREATE",
        value_name = "true|false",
        default_value_t = true,
        action = clap::ArgAction::Set
    )]
    pub auto_create: bool,

    /// Tell this address what happens in rooms, in the form of LiveKit's webhooks; may be given several times
    #[arg(long, env = "PALABRE_WEBHOOK_URL", value_name = "URL", value_delimiter = ',')]
    #[serde(default)]
    pub webhook_url: Vec<Url>,

    /// Name or id of the API key that signs webhooks
    #[arg(
        long,
        env = "PALABRE_WEBHOOK_KEY",
        value_name = "KEY",
        default_value = "palabre"
    )]
    pub webhook_key: String,

    /// Let webhooks of the organisation lead to this machine and to private networks
    #[arg(
        long,
        env = "PALABRE_WEBHOOK_PRIVATE",
        value_name = "true|false",
        default_value_t = false,
        action = clap::ArgAction::Set
    )]
    #[serde(default)]
    pub webhook_private: bool,

    /// Send mail through this server: smtps://user:password@host, starttls://user:password@host, or smtp://host, which
    /// encrypts when the server can
    #[arg(long, env = "PALABRE_MAIL_URL", value_name = "URL", hide_env_values = true)]
    pub mail_url: Option<Secret>,

    /// Sender of mails, as `Palabre <palabre@example.org>`; without it, palabre@ the host of --public-url
    #[arg(long, env = "PALABRE_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,

    /// Threads that carry media; 0 takes one for each processor
    #[arg(long, env = "PALABRE_WORKERS", value_name = "NUMBER", default_value_t = 0)]
    pub workers: u16,

    /// How often one network address may ask to join rooms, each minute
    #[arg(
        long,
        env = "PALABRE_JOINS_PER_MINUTE",
        value_name = "NUMBER",
        default_value_t = 120
    )]
    pub joins_per_minute: u32,

    /// Form of the log on standard error
    #[arg(
        long,
        env = "PALABRE_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub log_format: LogFormat,

    /// What the log holds: error, warn, info, debug, trace, or tracing directives
    #[arg(long, env = "PALABRE_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: String,
}

/// Lines for people, or one JSON object a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// A setting that cannot be used, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file was named, and is not there.
    #[error("the settings file {0} does not exist")]
    NoFile(PathBuf),
    /// The file or a value in it is wrong.
    #[error("a setting is wrong: {0}")]
    Wrong(String),
}

impl Settings {
    /// The settings of a parsed command line, completed from `file` (or [`DEFAULT_FILE`] when it is there).
    pub fn from_matches(matches: &ArgMatches, file: Option<&Path>) -> Result<Self, SettingsError> {
        let parsed = Self::from_arg_matches(matches).map_err(|error| one_line(&error.to_string()))?;
        let given = Figment::from(Serialized::defaults(&parsed))
            .extract::<Dict>()
            .map_err(|error| one_line(&error.to_string()))?;
        let (mut defaults, mut chosen) = (Dict::new(), Dict::new());
        for (name, value) in given {
            match matches.value_source(&name) {
                Some(ValueSource::CommandLine | ValueSource::EnvVariable) => chosen.insert(name, value),
                _ => defaults.insert(name, value),
            };
        }
        let mut figment = Figment::from(Layer(defaults));
        match file {
            Some(path) if !path.exists() => return Err(SettingsError::NoFile(path.to_owned())),
            Some(path) => figment = figment.merge(Toml::file_exact(path)),
            None if Path::new(DEFAULT_FILE).exists() => {
                figment = figment.merge(Toml::file_exact(DEFAULT_FILE))
            }
            None => {}
        }
        let settings: Self = figment
            .merge(Layer(chosen))
            .extract()
            .map_err(|error| one_line(&error.to_string()))?;
        settings.checked()
    }

    /// The defaults alone, for tests and tools.
    pub fn defaults() -> Self {
        let matches = Only::command().get_matches_from(["palabre"]);
        Self::from_arg_matches(&matches).expect("every setting has a default that parses")
    }

    /// Which database, and where.
    pub fn location(&self) -> Location {
        match &self.database_url {
            Some(url) => Location::Postgres(url.expose().to_owned()),
            None => Location::in_folder(&self.data),
        }
    }

    /// The address of one of our pages with a secret behind the `#`, where neither a proxy's log nor another site sees it.
    pub fn link(&self, page: &str, secret: &Secret) -> String {
        format!("{}/{page}#{}", self.base(), secret.expose())
    }

    /// The address people open in a browser, without a slash at its end.
    pub fn base(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => {
                let scheme = if self.tls_certificate.is_some() {
                    "https"
                } else {
                    "http"
                };
                // Nobody can open the address that stands for all of a machine's addresses.
                match self.listen.ip().is_unspecified() {
                    true => format!("{scheme}://localhost:{}", self.listen.port()),
                    false => format!("{scheme}://{}", self.listen),
                }
            }
        }
    }

    fn checked(self) -> Result<Self, SettingsError> {
        let wrong = |sentence: &str| Err(SettingsError::Wrong(sentence.to_owned()));
        if let Some(url) = &self.public_url
            && (!matches!(url.scheme(), "http" | "https") || url.host_str().is_none())
        {
            return wrong("--public-url must begin with http:// or https:// and name a host");
        }
        if let Some(url) = &self.livekit_url {
            if !matches!(url.scheme(), "ws" | "wss" | "http" | "https") || url.host_str().is_none() {
                return wrong(
                    "--livekit-url must begin with ws://, wss://, http:// or https:// and name a host",
                );
            }
            if self.livekit_key.is_none() || self.livekit_secret.is_none() {
                return wrong("--livekit-url needs --livekit-key and --livekit-secret beside it");
            }
        } else if self.livekit_key.is_some() || self.livekit_secret.is_some() {
            return wrong("--livekit-key and --livekit-secret mean nothing without --livekit-url");
        }
        if self
            .webhook_url
            .iter()
            .any(|url| !matches!(url.scheme(), "http" | "https"))
        {
            return wrong("--webhook-url must begin with http:// or https://");
        }
        if self.mail_url.is_none() && self.mail_from.is_some() {
            return wrong("--mail-from means nothing without --mail-url");
        }
        MailServer::of(&self).map_err(SettingsError::Wrong)?;
        if let Some(address) = self.media_address
            && address.is_unspecified()
        {
            return wrong("--media-address must be an address people can reach, not 0.0.0.0 or ::");
        }
        plan::plan(&self)?;
        Ok(self)
    }
}

fn one_line(text: &str) -> SettingsError {
    SettingsError::Wrong(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Values already in figment's own form, as one layer.
struct Layer(Dict);

impl figment::Provider for Layer {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named("command line and environment")
    }

    fn data(&self) -> Result<figment::value::Map<figment::Profile, Dict>, figment::Error> {
        let present = self
            .0
            .iter()
            .filter(|(_, value)| !matches!(value, Value::Empty(..)));
        let dict = present
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(figment::Profile::Default.collect(dict))
    }
}

#[derive(clap::Parser)]
#[command(name = "palabre")]
struct Only {
    #[command(flatten)]
    _settings: Settings,
}

/// `docs/reference/settings.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Settings\n\n\
         Each setting is taken from the first of these that gives it: a flag on the command line, an\n\
         environment variable, the file `palabre.toml` in the current folder (or the one named with\n\
         `--config`), the default. In the file a setting is written with underscores: `media_port = 7882`.\n\n\
         This page is generated from `crates/server/src/config.rs`; a test keeps it current.\n\n\
         | Flag | Environment | Default | Meaning |\n|---|---|---|---|\n",
    );
    for argument in Only::command()
        .get_arguments()
        .filter(|argument| argument.get_id() != "help")
    {
        let names: Vec<_> = argument
            .get_value_names()
            .unwrap_or_default()
            .iter()
            .map(|n| n.as_str())
            .collect();
        let defaults: Vec<_> = argument
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        text.push_str(&format!(
            "| `--{} {}` | `{}` | {} | {} |\n",
            argument.get_long().unwrap_or_default(),
            names.join(" ").replace('|', "\\|"),
            argument.get_env().unwrap_or_default().to_string_lossy(),
            if defaults.is_empty() {
                "–".to_owned()
            } else {
                defaults.join(", ")
            },
            argument.get_help().map(ToString::to_string).unwrap_or_default(),
        ));
    }
    text
}
