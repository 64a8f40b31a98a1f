//! Dovecot 2.3: IMAP, and LMTP for Postfix. Every address is a mailbox as soon as somebody writes to it or signs in.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::MAIL_PASSWORD;
use crate::address;
use crate::certificate::Certificates;
use crate::ports::{Port, Ports};
use crate::server::{Answers, Program, Server};
use crate::token_endpoint::TokenEndpoint;

/// Dovecot, configured.
pub(crate) struct Dovecot {
    dir: PathBuf,
    imap: Port,
    imaps: Port,
    pub(crate) lmtp: Port,
    pub(crate) sasl: Port,
}

impl Dovecot {
    pub(crate) fn prepare(
        world: &Path,
        certificates: &Certificates,
        ports: &mut Ports,
        tokens: Option<&TokenEndpoint>,
    ) -> Result<Self> {
        let dir = world.join("dovecot");
        std::fs::create_dir_all(&dir)?;
        let mail = world.join("mail");
        std::fs::create_dir_all(&mail)?;
        // Debian's own account for mail files; Dovecot refuses to handle mail as root.
        std::os::unix::fs::chown(&mail, Some(MAIL_ACCOUNT), Some(MAIL_ACCOUNT))
            .with_context(|| format!("cannot give {} to the mail account; the world needs root", mail.display()))?;
        let dovecot = Self { dir, imap: ports.free()?, imaps: ports.free()?, lmtp: ports.free()?, sasl: ports.free()? };
        let mut configuration = dovecot.configuration(&mail, certificates);
        if let Some(tokens) = tokens {
            let oauth = dovecot.dir.join("oauth2.conf");
            std::fs::write(&oauth, oauth_configuration(tokens))?;
            configuration.push_str(&oauth_passdb(&oauth));
        }
        std::fs::write(dovecot.configuration_file(), configuration)?;
        Ok(dovecot)
    }

    pub(crate) fn start(&self) -> Result<Server> {
        let configuration = self.configuration_file().display().to_string();
        let answers = vec![
            Answers::Greeting(self.imap, "* OK"),
            Answers::Greeting(self.imaps, ""),
            Answers::Greeting(self.lmtp, "220"),
        ];
        let command = ["/usr/sbin/dovecot", "-F", "-c", &configuration];
        let program = Program { name: "Dovecot", account: None, command: &command, stop_signal: "TERM" };
        Server::start(&program, &self.dir.join("log"), answers)
    }

    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        let mail = self.dir.with_file_name("mail");
        vec![
            address("IMAPS_PORT", self.imaps),
            address("IMAP_PORT", self.imap),
            address("LMTP_PORT", self.lmtp),
            ("MAILDIR_ROOT", mail.display().to_string()),
            ("DOVECOT_LOG", self.dir.join("log").display().to_string()),
        ]
    }

    fn configuration_file(&self) -> PathBuf {
        self.dir.join("dovecot.conf")
    }

    fn configuration(&self, mail: &Path, certificates: &Certificates) -> String {
        let Self { dir, imap, imaps, lmtp, sasl } = self;
        let (dir, mail) = (dir.display(), mail.display());
        let (chain, key) = (certificates.chain.display(), certificates.key.display());
        format!(
            "base_dir = {dir}/run
state_dir = {dir}/state
log_path = /dev/stderr
log_timestamp = \"%Y-%m-%d %H:%M:%S \"
protocols = imap lmtp
listen = 127.0.0.1
instance_name = postdesk-world

ssl = yes
ssl_cert = <{chain}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no

# Fast and patient: tests sign in often, and wrongly on purpose.
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_username_chars = abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890.-_@+=
mail_max_userip_connections = 500
recipient_delimiter = +

mail_location = maildir:~/Maildir
mail_uid = {MAIL_ACCOUNT}
mail_gid = {MAIL_ACCOUNT}
first_valid_uid = {MAIL_ACCOUNT}
mail_fsync = never
lmtp_save_to_detail_mailbox = no

passdb {{
  driver = static
  mechanisms = plain login
  args = password={MAIL_PASSWORD}
}}
userdb {{
  driver = static
  args = uid={MAIL_ACCOUNT} gid={MAIL_ACCOUNT} home={mail}/%Ld/%Ln allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}

service imap-login {{
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 1024
  process_min_avail = 1
}}
service lmtp {{
  process_min_avail = 1
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener sasl {{
    port = {sasl}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  client_limit = 2000
}}
"
        )
    }
}

/// `mail` on every Debian.
const MAIL_ACCOUNT: u32 = 8;

fn oauth_passdb(file: &Path) -> String {
    let file = file.display();
    format!(
        "passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}
"
    )
}

fn oauth_configuration(tokens: &TokenEndpoint) -> String {
    let introspect = tokens.introspection_url();
    format!(
        "introspection_mode = post
introspection_url = {introspect}
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 5000
"
    )
}
