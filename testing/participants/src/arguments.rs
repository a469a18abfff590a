//! What the program is told on its command line.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use palabre_participants::{CameraLayer, Options, Topology, Watch};

const HELP: &str = "participants --url URL --key KEY --secret SECRET --room ROOM [options]

The first three may stand in PARTICIPANTS_URL, PARTICIPANTS_KEY and PARTICIPANTS_SECRET instead.

  --publishers N       people who publish (2)        --subscribers M   people who only watch (0)
  --audio              publish microphones           --video           publish cameras (q, h, f)
  --talking N          microphones with speech, the others are silent (all)
  --visible K          cameras each of them sees (all)
  --duration S         seconds of measurement (10)   --settle S        seconds before it (3)
  --pace MS            between two who join (50)     --topology single|dual (single)
  --light              count packets, judge no frames
  --gather MS          read each socket at most this often (0); cheaper, and delays measure longer by up to as much
  --loss PERCENT       media datagrams lost on the way, in each direction (0)
  --data N             data packets a second from each publisher to all, by turns reliable and lossy (0)
  --bind ADDRESS       address of the UDP sockets (127.0.0.1)
  --server-process ID  also measure this process     --json            print JSON
";

pub(crate) struct Arguments {
    pub(crate) url: String,
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) room: String,
    pub(crate) publishers: usize,
    pub(crate) subscribers: usize,
    pub(crate) audio: bool,
    pub(crate) video: bool,
    pub(crate) talking: usize,
    pub(crate) visible: Option<usize>,
    pub(crate) duration: Duration,
    pub(crate) settle: Duration,
    pub(crate) pace: Duration,
    pub(crate) topology: Topology,
    pub(crate) light: bool,
    pub(crate) gather: Duration,
    pub(crate) loss: f64,
    pub(crate) data: u32,
    pub(crate) bind: std::net::IpAddr,
    pub(crate) server_process: Option<u32>,
    pub(crate) json: bool,
}

pub(crate) fn arguments() -> Result<Arguments> {
    let mut values = std::collections::HashMap::new();
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let Some(name) = name.strip_prefix("--") else {
            bail!("what is {name}?\n\n{HELP}")
        };
        let flag = matches!(name, "audio" | "video" | "light" | "json" | "help");
        let value = if flag {
            String::new()
        } else {
            given.next().with_context(|| format!("--{name} needs a value"))?
        };
        values.insert(name.to_owned(), value);
    }
    if values.contains_key("help") {
        print!("{HELP}");
        std::process::exit(0);
    }
    let mut take = |name: &str, usual: Option<&str>| -> Result<String> {
        let named = || std::env::var(format!("PARTICIPANTS_{}", name.to_uppercase())).ok();
        let of_server = matches!(name, "url" | "key" | "secret");
        let value = values
            .remove(name)
            .or_else(|| if of_server { named() } else { None });
        let value = value.or_else(|| usual.map(str::to_owned));
        value.with_context(|| format!("--{name} is missing\n\n{HELP}"))
    };
    let seconds = |text: String| -> Result<Duration> { Ok(Duration::try_from_secs_f64(text.parse()?)?) };
    let publishers = take("publishers", Some("2"))?.parse()?;
    let arguments = Arguments {
        url: take("url", None)?,
        key: take("key", None)?,
        secret: take("secret", None)?,
        room: take("room", Some("measurement"))?,
        publishers,
        subscribers: take("subscribers", Some("0"))?.parse()?,
        audio: take("audio", Some("no"))?.is_empty(),
        video: take("video", Some("no"))?.is_empty(),
        talking: take("talking", Some("1000000"))?.parse()?,
        visible: take("visible", Some(""))?.parse().ok(),
        duration: seconds(take("duration", Some("10"))?)?,
        settle: seconds(take("settle", Some("3"))?)?,
        pace: Duration::from_millis(take("pace", Some("50"))?.parse()?),
        topology: match take("topology", Some("single"))?.as_str() {
            "single" => Topology::Single,
            "dual" => Topology::Dual,
            other => bail!("--topology is single or dual, not {other}"),
        },
        light: take("light", Some("no"))?.is_empty(),
        gather: Duration::from_millis(take("gather", Some("0"))?.parse()?),
        loss: take("loss", Some("0"))?.parse::<f64>()? / 100.0,
        data: take("data", Some("0"))?.parse()?,
        bind: take("bind", Some("127.0.0.1"))?.parse()?,
        server_process: values
            .remove("server-process")
            .map(|text| text.parse())
            .transpose()?,
        json: values.remove("json").is_some(),
    };
    match values.keys().next() {
        Some(unknown) => bail!("there is no --{unknown}\n\n{HELP}"),
        None => Ok(arguments),
    }
}

impl Arguments {
    pub(crate) fn options(&self, number: usize) -> Options {
        let publishes = number < self.publishers;
        Options {
            topology: self.topology,
            microphone: publishes && self.audio,
            talking: number < self.talking,
            camera: if publishes && self.video {
                CameraLayer::usual()
            } else {
                Vec::new()
            },
            watch: Watch {
                visible: self.visible,
                ..Watch::default()
            },
            light_receiver: self.light,
            gather: self.gather,
            loss: self.loss,
            bind: self.bind,
            ..Options::default()
        }
    }

    /// Whether this person's microphone carries speech; a server need not forward silence.
    pub(crate) fn talks(&self, identity: &str) -> bool {
        let number = identity
            .rsplit('-')
            .next()
            .and_then(|number| number.parse::<usize>().ok());
        number.is_none_or(|number| number < self.talking)
    }

    /// Tracks that should reach people when everybody is there: sound, pictures.
    pub(crate) fn expected(&self) -> [usize; 2] {
        let people = self.publishers + self.subscribers;
        let each = |published: bool, most: usize| {
            let one = |own: usize| (self.publishers - own).min(most);
            match published {
                true => self.publishers * one(1) + (people - self.publishers) * one(0),
                false => 0,
            }
        };
        [
            each(self.audio, usize::MAX),
            each(self.video, self.visible.unwrap_or(usize::MAX)),
        ]
    }
}
