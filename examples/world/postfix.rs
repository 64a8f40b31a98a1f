//! Postfix, an instance of its own: takes mail for made-up domains and hands it to Dovecot. Nothing leaves the machine.
//!
//! Some local parts, at any domain, behave badly on purpose:
//! `full@` is put off (452), `refused@` is refused (550), `bounced@` is accepted and then bounced.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::address;
use crate::certificate::Certificates;
use crate::dovecot::Dovecot;
use crate::ports::{Port, Ports};
use crate::server::{Answers, Program, Server, prepare};

/// Postfix, configured.
pub(crate) struct Postfix {
    dir: PathBuf,
    smtp: Port,
    smtps: Port,
}

impl Postfix {
    pub(crate) fn prepare(
        world: &Path,
        certificates: &Certificates,
        ports: &mut Ports,
        dovecot: &Dovecot,
    ) -> Result<Self> {
        let postfix = Self { dir: world.join("postfix"), smtp: ports.free()?, smtps: ports.free()? };
        for part in ["conf", "queue", "data"] {
            fs::create_dir_all(postfix.dir.join(part))?;
        }
        let write = |name: &str, text: &str| fs::write(postfix.dir.join("conf").join(name), text);
        write("main.cf", &postfix.main(certificates, dovecot))?;
        write("master.cf", &postfix.master())?;
        write("domains", "/\\.(test|example)$/ ours\n/^example\\.(com|net|org)$/ ours\n")?;
        write(
            "recipients",
            "/^full@/ 452 4.2.2 The mailbox is full\n/^refused@/ 550 5.1.1 There is no such mailbox here\n",
        )?;
        write("transport", "/^bounced@/ bounced:\n")?;
        // Readable to the tests, which may run under another account; Postfix keeps the mode it finds.
        fs::write(postfix.log(), "")?;
        fs::set_permissions(postfix.log(), fs::Permissions::from_mode(0o644))?;
        Ok(postfix)
    }

    /// Postfix's own check makes the queue's directories with their owners.
    pub(crate) async fn make_queue(&self) -> Result<()> {
        let conf = self.conf();
        fs::metadata("/usr/sbin/postfix").context("Postfix is not installed (package postfix)")?;
        prepare(None, &["/bin/chown", "postfix", &self.dir.join("data").display().to_string()]).await?;
        prepare(None, &["/usr/sbin/postfix", "-c", &conf, "check"]).await
    }

    pub(crate) fn start(&self) -> Result<Server> {
        let conf = self.conf();
        // The shell between us and the master: the kernel forgets to stop the master when we die, because it changes
        // its effective user. `-s`: what goes wrong before its log is open is said on standard error.
        let master = format!(
            "trap 'kill $master' TERM; /usr/lib/postfix/sbin/master -s -c {conf} & master=$!; wait $master || wait $master"
        );
        let command = ["/bin/sh", "-c", &master];
        let program = Program { name: "Postfix", account: None, command: &command, stop_signal: "TERM" };
        let answers = vec![Answers::Greeting(self.smtp, "220"), Answers::Greeting(self.smtps, "")];
        Server::start(&program, &self.dir.join("words"), answers)
    }

    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        vec![
            address("SMTP_PORT", self.smtp),
            address("SMTPS_PORT", self.smtps),
            ("POSTFIX_LOG", self.log().display().to_string()),
            ("POSTFIX_CONF", self.conf()),
        ]
    }

    fn conf(&self) -> String {
        self.dir.join("conf").display().to_string()
    }

    fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    fn main(&self, certificates: &Certificates, dovecot: &Dovecot) -> String {
        let (dir, log) = (self.dir.display(), self.log());
        let (log, conf) = (log.display(), self.conf());
        let (chain, key) = (certificates.chain.display(), certificates.key.display());
        let (lmtp, sasl) = (dovecot.lmtp, dovecot.sasl);
        format!(
            "compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
maillog_file = {log}
maillog_file_prefixes = {dir}
myhostname = mail.college.test
mydomain = college.test
myorigin = college.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =

# Every made-up domain is ours and lives in Dovecot; all others are refused at the door.
virtual_mailbox_domains = regexp:{conf}/domains
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = regexp:{conf}/transport
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access regexp:{conf}/recipients
default_transport = error:5.4.4 This world has no outside
relay_transport = error:5.4.4 This world has no outside
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
notify_classes =

# Bytes pass as they are.
disable_mime_input_processing = yes
disable_mime_output_conversion = yes
lmtp_line_length_limit = 0
local_header_rewrite_clients =
header_size_limit = 67108864
message_size_limit = 67108864
mailbox_size_limit = 0
virtual_mailbox_limit = 0

# Quick to take, quick to retry.
enable_long_queue_ids = yes
in_flow_delay = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 10s
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
biff = no

smtpd_tls_security_level = may
smtpd_tls_cert_file = {chain}
smtpd_tls_key_file = {key}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
"
        )
    }

    fn master(&self) -> String {
        let Self { smtp, smtps, .. } = self;
        format!(
            "127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
bounced unix - n n - - pipe
  user=nobody argv=/bin/sh -c {{exit 67}}
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
        )
    }
}
