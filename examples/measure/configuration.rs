//! The console's configuration file.

use anyhow::Result;

use crate::{database::Database, world::World};

/// What differs between the measures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Whether acknowledgements leave.
    pub(crate) acknowledge: bool,
    /// How many of them an hour.
    pub(crate) per_hour: u32,
}

/// The text of `postdesk.toml`.
pub(crate) fn text(world: &World, database: &Database, web_port: u16, settings: Settings) -> Result<String> {
    let Settings { acknowledge, per_hour } = settings;
    let (imaps, smtp, ca) = (world.value("IMAPS_PORT")?, world.value("SMTP_PORT")?, world.value("CA_FILE")?);
    let mailbox = |name: &str| {
        format!(
            "[[mailbox]]
name = \"{name}\"
address = \"{name}@college.test\"
host = \"localhost\"
port = {imaps}
tls = \"implicit\"
ca_file = \"{ca}\"
user = \"{name}@college.test\"
password_file = \"mail-password\"
"
        )
    };
    Ok(format!(
        "[site]
name = \"The College\"
domains = [\"college.test\"]
networks = [\"192.0.2.0/24\"]
hostnames = [\"mail.college.test\"]

[database]
url = \"{}\"

[web]
listen = \"127.0.0.1:{web_port}\"
public_url = \"http://localhost:{web_port}\"

[accounts]
second_factor = false

{}
{}
[smtp]
host = \"localhost\"
port = {smtp}
tls = \"starttls\"
ca_file = \"{ca}\"

[acknowledge]
enabled = {acknowledge}
per_hour = {per_hour}

[[partner]]
name = \"CERT Example\"
domains = [\"cert.example\"]
",
        database.url,
        mailbox("postmaster"),
        mailbox("abuse"),
    ))
}
