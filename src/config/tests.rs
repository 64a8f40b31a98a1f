//! Whole configurations, right and wrong.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use super::*;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A directory of its own for one test, removed at its end.
struct Room(PathBuf);

impl Room {
    fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("postdesk-config-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn load(&self, text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        let path = self.put("postdesk.toml", text);
        Config::load(&path, owned(environment).into_iter(), Some(&self.0.join("credentials")))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn owned(environment: &[(&str, &str)]) -> Vec<(String, String)> {
    environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const SITE: &str = "[site]\nname = \"College\"\ndomains = [\"College.test\"]\n";
const MAILBOX: &str = "[[mailbox]]\nname = \"Postmaster\"\naddress = \"postmaster@college.test\"\nhost = \"imap.college.test\"\npassword = \"hunter2\"\n";

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    Room::new().load(text, environment)
}

/// The texts of the errors.
fn wrong(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
    load(text, environment)
        .expect_err("a wrong configuration was accepted")
        .errors
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_smallest_one_has_the_documented_defaults() {
    let config = load(&format!("{SITE}{MAILBOX}"), &[]).unwrap();
    assert_eq!(config.site.domains, ["college.test"]);
    assert_eq!(config.site.postmaster, "postmaster@college.test");
    assert!(matches!(&config.database.url, DatabaseUrl::Sqlite(path) if path.ends_with("postdesk.sqlite")));
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8025");
    let mailbox = &config.mailboxes[0];
    assert_eq!((mailbox.server.port, mailbox.server.tls), (993, Tls::Implicit));
    assert_eq!((mailbox.user.as_str(), mailbox.folder.as_str()), ("postmaster@college.test", "INBOX"));
    assert_eq!(mailbox.after, After::Seen);
    assert_eq!((config.smtp.server.port, config.smtp.server.tls), (25, Tls::None));
    assert_eq!(config.acknowledge, Acknowledge::default());
    assert_eq!(config.limits, Limits::default());
    assert_eq!(Site::from(&config).mailboxes, ["postmaster@college.test"]);
    assert!(config.notes.is_empty(), "{:?}", config.notes);
}

#[test]
fn the_example_is_right_and_is_the_documented_form() {
    let room = Room::new();
    for name in ["imap-postmaster", "imap-abuse", "smtp"] {
        room.put(&format!("credentials/{name}"), "secret\n");
    }
    let example = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("postdesk.example.toml")).unwrap();
    room.load(&example, &[]).unwrap();
    // Also with every key that is commented out.
    let uncommented: String =
        example.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
    room.put("ca.pem", "-----BEGIN CERTIFICATE-----\n");
    room.put("directory.csv", "Address,Name\nann@college.test,Ann\n");
    room.load(&uncommented, &[]).unwrap();
}

#[test]
fn each_wrong_key_is_named_with_its_remedy() {
    let site = |line: &str| format!("{SITE}{line}\n{MAILBOX}");
    let mailbox = |line: &str| format!("{SITE}{MAILBOX}{line}\n");
    let section = |text: &str| format!("{SITE}{MAILBOX}{text}\n");
    let table: &[(String, &[&str])] = &[
        (site("networks = [\"192.0.2.1/24\"]"), &["site.networks = \"192.0.2.1/24\"", "first address"]),
        (site("networks = \"192.0.2.0/24\""), &["site.networks", "not a list"]),
        (site("time_zone = \"Europe/Atlantis\""), &["site.time_zone = \"Europe/Atlantis\"", "Europe/Berlin"]),
        (site("language = \"German\""), &["site.language", "de-CH"]),
        (site("postmaster = \"postmaster\""), &["site.postmaster", "postmaster@college.test"]),
        (site("hostnames = [\"a b\"]"), &["site.hostnames = \"a b\"", "college.test"]),
        (site("directory_file = \"nowhere\""), &["site.directory_file = \"nowhere\"", "one address a line"]),
        (section("[delivery_errors]\nsurge_one_in = 5"), &["delivery_errors.surge_one_in", "from 1000"]),
        (
            section("[delivery_errors]\npersistent_within_days = 2"),
            &["delivery_errors.persistent_on_days", "do not fit in that span"],
        ),
        (site("hostname = \"mx\""), &["site.hostname: unknown key", "Did you mean hostnames?"]),
        (MAILBOX.to_owned(), &["site.name: missing"]),
        ("[site]\nname=\"x\"\ndomains=[]".to_owned(), &["site.domains: empty"]),
        ("site = 3".to_owned(), &["site: not a section", "[site]"]),
        (mailbox("port = 0"), &["mailbox.Postmaster.port = \"0\"", "1 to 65535"]),
        (mailbox("port = 65536"), &["mailbox.Postmaster.port"]),
        (mailbox("port = \"993\""), &["mailbox.Postmaster.port", "without quotation marks"]),
        (
            mailbox("tls = \"none\""),
            &["mailbox.Postmaster.tls = \"none\": plain text to imap.college.test", "implicit or starttls"],
        ),
        (mailbox("tls = \"ssl\""), &["mailbox.Postmaster.tls = \"ssl\"", "implicit, starttls, none"]),
        (mailbox("after = \"move\""), &["mailbox.Postmaster.move_to: missing"]),
        (mailbox("after = \"move\"\nmove_to = \"INBOX\""), &["mailbox.Postmaster.move_to", "another folder"]),
        (mailbox("move_to = \"Done\""), &["mailbox.Postmaster.move_to", "set after to move"]),
        (mailbox("password_file = \"p\""), &["mailbox.Postmaster.password: given together", "Keep one"]),
        (mailbox("ca_file = \"nowhere.pem\""), &["mailbox.Postmaster.ca_file = \"nowhere.pem\"", "PEM"]),
        (mailbox("token_url = \"https://x.test/\""), &["mailbox.Postmaster.token_url", "xoauth2"]),
        (mailbox("auth = \"xoauth2\""), &["mailbox.Postmaster.password", "mailbox.Postmaster.token_url: missing"]),
        (mailbox("pasword = \"hunter2\""), &["mailbox.Postmaster.pasword: unknown key", "Did you mean password?"]),
        (mailbox("folder = 7"), &["mailbox.Postmaster.folder = \"7\"", "quotation marks"]),
        (mailbox("poll_seconds = 0"), &["mailbox.Postmaster.poll_seconds"]),
        (section("[[mailbox]]\nname = \"!\""), &["mailbox[2].name"]),
        (section("[mailboxes]"), &["mailboxes: unknown section", "Did you mean [[mailbox]]?"]),
        (format!("{SITE}[mailbox]\nname = \"x\""), &["mailbox: not a list", "[[mailbox]]"]),
        (section("[smtp]\nhost = \"mx.test\"\ntls = \"none\""), &["smtp.tls = \"none\": plain text to mx.test"]),
        (section("[smtp]\nuser = \"x\""), &["smtp.password_file: missing"]),
        (section("[web]\nlisten = \"8025\""), &["web.listen = \"8025\"", "127.0.0.1:8025"]),
        (section("[web]\npublic_url = \"https://desk.test/x\""), &["web.public_url", "without a path"]),
        (section("[web]\ntrusted_proxies = [\"proxy\"]"), &["web.trusted_proxies = \"proxy\""]),
        (section("[database]\nurl = \"mysql://me:hunter2@h/d\""), &["database.url: not a database URL"]),
        (section("[acknowledge]\nenabled = \"yes\""), &["acknowledge.enabled", "true or false"]),
        (section("[acknowledge]\nper_hour = -1"), &["acknowledge.per_hour = \"-1\""]),
        (section("[limits]\nmessage_mb = 3"), &["limits.message_mb", "message_mib"]),
        (section("[[partner]]\nname = \"CERT\""), &["partner.CERT.addresses: missing"]),
        (section("[[scanner]]\nname = \"c\"\nkind = \"clamd\""), &["scanner.c.address: missing"]),
        (section("[quarantine]\nallowed_uids = [-1]"), &["quarantine.allowed_uids"]),
        (section("[quarantine]\nlisten = \"localhost:x\""), &["quarantine.listen"]),
    ];
    for (text, expected) in table {
        let errors = wrong(text, &[]).join("\n");
        for part in *expected {
            assert!(errors.contains(part), "expected {part:?} in:\n{errors}");
        }
        assert!(!errors.contains("hunter2"), "a secret is shown: {errors}");
    }
}

#[test]
fn all_errors_come_at_once() {
    let errors = wrong("[site]\nlanguage = \"x\"\n[web]\nlisten = \"x\"\n[nonsense]\n[[mailbox]]\nname = \"a\"\n", &[]);
    assert_eq!(errors.len(), 8, "{errors:#?}");
}

#[test]
fn broken_toml_is_named_by_line_and_never_quoted() {
    for line in ["password = \"hunter2", "password = hunter2", "password = \"hunter2\" x", "password 'hunter2'"] {
        let errors = wrong(&format!("{SITE}[[mailbox]]\n{line}\n"), &[]);
        assert!(errors[0].starts_with("Line 5: "), "{errors:?}");
        assert!(!errors[0].contains("hunter2"), "{errors:?}");
    }
    let errors = wrong("[site]\nname = \"a\"\nname = \"b\"\n", &[]);
    assert!(errors[0].starts_with("Line 3: "), "{errors:?}");
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::load(Path::new("/nowhere/postdesk.toml"), std::iter::empty(), None).unwrap_err();
    assert!(error.to_string().contains("/nowhere/postdesk.toml") && error.to_string().contains("--config"), "{error}");
}

#[test]
fn the_environment_overrides_sections_and_entries() {
    let environment = [
        ("POSTDESK_WEB__LISTEN", "[::1]:80"),
        ("POSTDESK_SITE__DOMAINS", "a.test, b.test"),
        ("POSTDESK_ACKNOWLEDGE__ENABLED", "false"),
        ("POSTDESK_ACKNOWLEDGE__PER_HOUR", "7"),
        ("POSTDESK_MAILBOX__POSTMASTER__PASSWORD", "other"),
        ("POSTDESK_CONFIG", "ignored"),
    ];
    let config = load(&format!("{SITE}{MAILBOX}"), &environment).unwrap();
    assert_eq!(config.web.listen.port(), 80);
    assert_eq!(config.site.domains, ["a.test", "b.test"]);
    assert!(!config.acknowledge.enabled);
    assert_eq!(config.acknowledge.per_hour, 7);
    assert!(matches!(&config.mailboxes[0].login, Login::Password(secret) if secret.expose() == "other"));
}

#[test]
fn an_override_that_names_nothing_is_refused() {
    let text = format!("{SITE}{MAILBOX}");
    let environment = [
        ("POSTDESK_WEB__LISTN", "hunter2"),
        ("POSTDESK_MAILBOX__ABUSE__PASSWORD", "hunter2"),
        ("POSTDESK_WEBB__LISTEN", "hunter2"),
    ];
    let errors = wrong(&text, &environment).join("\n");
    for part in [
        "(from POSTDESK_WEB__LISTN)",
        "Did you mean listen?",
        "reads ABUSE in capitals",
        "(from POSTDESK_WEBB__LISTEN)",
    ] {
        assert!(errors.contains(part), "{errors}");
    }
    assert!(!errors.contains("hunter2"), "{errors}");
    let errors = wrong(&text, &[("POSTDESK_MAILBOX__POSTMASTER__PORT", "70000")]);
    assert!(errors[0].contains("\"70000\" (from POSTDESK_MAILBOX__POSTMASTER__PORT)"), "{errors:?}");
}

#[test]
fn secrets_come_from_credentials_first_then_beside_the_configuration() {
    let room = Room::new();
    let text = format!("{SITE}{}", MAILBOX.replace("password = \"hunter2\"", "password_file = \"imap\""));
    let password = |room: &Room, environment: &[(&str, &str)]| {
        let config = room.load(&text, environment).unwrap();
        let Login::Password(secret) = &config.mailboxes[0].login else { panic!("no password") };
        secret.expose().to_owned()
    };
    assert!(room.load(&text, &[]).unwrap_err().to_string().contains("mailbox.Postmaster.password_file = \"imap\""));
    room.put("imap", "beside \r\n");
    assert_eq!(password(&room, &[]), "beside ");
    room.put("credentials/imap", "credential\n");
    assert_eq!(password(&room, &[]), "credential");
    assert_eq!(password(&room, &[("POSTDESK_MAILBOX__POSTMASTER__PASSWORD", "variable")]), "variable");
    let open_to_all = |room: &Room| room.load(&text, &[]).unwrap().notes.iter().any(|note| note.contains("every user"));
    let credential = room.0.join("credentials/imap");
    fs::set_permissions(&credential, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(open_to_all(&room));
    fs::set_permissions(&credential, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(!open_to_all(&room));
    room.put("credentials/imap", "\n");
    assert!(room.load(&text, &[]).unwrap_err().to_string().contains("an empty file"));
}

#[test]
fn one_mailbox_under_two_names_is_refused() {
    let second = MAILBOX.replace("\"Postmaster\"", "\"Abuse\"").replace("host", "folder = \"inbox\"\nhost");
    let errors = wrong(&format!("{SITE}{MAILBOX}{second}"), &[]);
    assert!(errors[0].contains("mailbox.Abuse: the same host, user and folder as mailbox.Postmaster"), "{errors:?}");
    let twice = MAILBOX.replace("\"Postmaster\"", "\"POSTMASTER\"").replace("host", "folder = \"Other\"\nhost");
    let errors = wrong(&format!("{SITE}{MAILBOX}{twice}"), &[]);
    assert!(errors[0].contains("given twice"), "{errors:?}");
}

#[test]
fn plain_text_to_this_machine_is_allowed() {
    for host in ["localhost", "127.0.0.1", "::1"] {
        let text = format!("{SITE}{}tls = \"none\"\n", MAILBOX.replace("imap.college.test", host));
        assert_eq!(load(&text, &[]).unwrap().mailboxes[0].server.port, 143);
    }
}

#[test]
fn xoauth2_with_client_credentials_or_a_refresh_token() {
    let oauth = "auth = \"xoauth2\"\ntoken_url = \"https://login.test/token\"\nclient_id = \"desk\"\n";
    let base = MAILBOX.replace("password = \"hunter2\"\n", oauth);
    for secret in ["client_secret = \"hunter2\"", "refresh_token = \"hunter2\""] {
        let config = load(&format!("{SITE}{base}{secret}\n"), &[]).unwrap();
        assert!(matches!(config.mailboxes[0].login, Login::XOAuth2(_)));
    }
    assert!(wrong(&format!("{SITE}{base}"), &[])[0].contains("client_secret_file: missing"));
}

#[test]
fn debug_shows_no_secret() {
    let text = format!(
        "{SITE}{MAILBOX}[database]\nurl = \"postgres://me:hunter2@h/d\"\n[smtp]\nuser = \"me\"\npassword = \"hunter2\"\n"
    );
    let config = load(&text, &[]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn what_this_version_does_not_use_is_said() {
    let text =
        format!("{SITE}{MAILBOX}[quarantine]\n[[scanner]]\nname = \"c\"\nkind = \"clamd\"\naddress = \"/run/clamd\"\n");
    let config = load(&text, &[]).unwrap();
    assert_eq!(config.notes.len(), 2, "{:?}", config.notes);
    assert!(config.quarantine.is_some());
    assert!(load(&format!("{SITE}{MAILBOX}"), &[]).unwrap().quarantine.is_none());
}

proptest::proptest! {
    /// Whatever a key holds, loading ends with a configuration or with errors that name something.
    #[test]
    fn no_value_makes_it_panic(section in "(site|web|smtp|limits|acknowledge|database|quarantine)", key in "[a-z_]{1,12}", value in ".{0,40}") {
        let variable = format!("POSTDESK_{}__{}", section.to_uppercase(), key.to_uppercase());
        if let Err(errors) = load(&format!("{SITE}{MAILBOX}"), &[(&variable, &value)]) {
            proptest::prop_assert!(errors.errors.iter().all(|error| !error.key.is_empty() && !error.remedy.is_empty()));
        }
        if let Err(errors) = load(&value, &[]) {
            proptest::prop_assert!(!errors.errors.is_empty());
        }
    }
}

#[test]
fn weighty_roles_need_a_second_factor_unless_the_site_says_otherwise() {
    let given = |accounts: &str| load(&format!("{SITE}{accounts}"), &[]).unwrap();
    let default = given("").accounts;
    assert_eq!((default.second_factor, default.waiting.as_secs()), (true, 86_400));
    let other = given("[accounts]\nsecond_factor = false\nwaiting_hours = 0\n");
    assert_eq!((other.accounts.second_factor, other.accounts.waiting.as_secs()), (false, 0));
    assert!(other.notes.iter().any(|note| note.contains("a password alone")), "it is said at start");
    assert!(load(SITE, &[("POSTDESK_ACCOUNTS__SECOND_FACTOR", "false")]).is_ok_and(|c| !c.accounts.second_factor));
    assert_eq!(wrong(&format!("{SITE}[accounts]\nwaiting_hours = 721\n"), &[]).len(), 1);
}

#[test]
fn every_key_of_the_example_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = fs::read_to_string(root.join("postdesk.example.toml")).unwrap();
    let guide = fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let keys = example.lines().filter_map(|line| line.trim_start_matches("#: ").split_once(" = "));
    for (key, _) in keys.filter(|(key, _)| !key.starts_with('#')) {
        assert!(guide.contains(&format!("`{key}`")), "{key} is missing in docs/configuration.md");
    }
}
