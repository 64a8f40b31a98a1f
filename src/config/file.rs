//! The file as a whole: sections, lists of named entries, what belongs together.

use std::{fs::File, io::Read, path::Path};

use toml::{Table, Value};

use super::{
    Accounts, Acknowledge, Config, ConfigError, ConfigErrors, Database, DeliveryErrors, Mailbox, Quarantine, Reports,
    Scanner, SiteFacts, Smtp, Web,
    environment::{Environment, form},
    error::Report,
    limits,
    nearest::nearest,
    partner,
    place::Place,
    section::Section,
};

const SECTIONS: [&str; 10] = [
    "site",
    "database",
    "web",
    "accounts",
    "smtp",
    "acknowledge",
    "delivery_errors",
    "reports",
    "limits",
    "quarantine",
];
const LISTS: [&str; 3] = ["mailbox", "partner", "scanner"];

/// A configuration is a page of text; a wrong path may lead to anything.
const LONGEST: u64 = 1 << 20;

/// See [`Config::load`].
pub(super) fn load(
    path: &Path,
    environment: impl Iterator<Item = (String, String)>,
    credentials: Option<&Path>,
) -> Result<Config, ConfigErrors> {
    let fail = |errors| ConfigErrors { path: path.to_owned(), errors };
    let table = read(path).map_err(|error| fail(vec![error]))?;
    let report = Report::default();
    let place = Place::of(path, credentials);
    let config = Reader { table, environment: Environment::new(environment), report: &report, place: &place }.config();
    let errors = report.errors.into_inner();
    match config {
        Some(config) if errors.is_empty() => Ok(Config { notes: report.notes.into_inner(), ..config }),
        _ => Err(fail(errors)),
    }
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let unreadable = |error: std::io::Error| {
        let remedy = "Copy postdesk.example.toml there, or name the file with --config or POSTDESK_CONFIG";
        ConfigError::new("", format!("The file cannot be read: {error}"), remedy)
    };
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text)).map_err(unreadable)?;
    if text.len() as u64 > LONGEST {
        return Err(ConfigError::new("", "The file is larger than 1 MiB", "Look whether it is the right one"));
    }
    // Not the parser's own display: that quotes the line, and the line may be a password's.
    text.parse::<Table>().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.split('\n').count();
        let message = error.message().lines().next().unwrap_or("not TOML");
        ConfigError::new("", format!("Line {line}: {message}"), "Correct the line; the form of the file is TOML")
    })
}

struct Reader<'a> {
    table: Table,
    environment: Environment,
    report: &'a Report,
    place: &'a Place,
}

impl<'a> Reader<'a> {
    fn config(mut self) -> Option<Config> {
        let quarantine_given = self.table.contains_key("quarantine");
        let site = SiteFacts::read(self.section("site"));
        let database = Database::read(self.section("database"));
        let web = Web::read(self.section("web"));
        let accounts = Accounts::read(self.section("accounts"));
        let mailboxes = self.entries("mailbox").into_iter().filter_map(|(section, name)| Mailbox::read(section, name));
        let mailboxes: Vec<Mailbox> = mailboxes.collect();
        let smtp = Smtp::read(self.section("smtp"));
        let acknowledge = Acknowledge::read(self.section("acknowledge"));
        let delivery_errors = DeliveryErrors::read(self.section("delivery_errors"));
        let partners =
            self.entries("partner").into_iter().map(|(section, name)| partner::read(section, name)).collect();
        let reports = Reports::read(self.section("reports"));
        let (limits, web_limits) = limits::read(self.section("limits"));
        let quarantine = self.section("quarantine");
        let quarantine_given = quarantine_given || quarantine.is_given();
        let quarantine = Quarantine::read(quarantine).filter(|_| quarantine_given);
        let scanners = self.entries("scanner").into_iter().filter_map(|(section, name)| Scanner::read(section, name));
        let scanners: Vec<Scanner> = scanners.collect();
        self.unknown();
        one_identity_once(&mailboxes, self.report);
        if let Some(site) = &site {
            notes(&mailboxes, site, self.report);
        }
        for (given, what) in [(quarantine.is_some(), "[quarantine]"), (!scanners.is_empty(), "[[scanner]]")] {
            if given {
                self.report.note(format!("{what} is configured and was checked, but this version does not use it yet"));
            }
        }
        self.left();
        let (site, database, smtp) = (site?, database?, smtp?);
        let notes = Vec::new();
        Some(Config {
            site,
            database,
            web,
            accounts,
            mailboxes,
            smtp,
            acknowledge,
            delivery_errors,
            partners,
            reports,
            limits,
            web_limits,
            quarantine,
            scanners,
            notes,
        })
    }

    fn section(&mut self, name: &str) -> Section<'a> {
        let table = match self.table.remove(name) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => {
                self.report.error(ConfigError::new(
                    name,
                    "not a section",
                    format!("Write [{name}], once, and its keys below it"),
                ));
                Table::new()
            }
        };
        Section::new(name.to_owned(), table, self.environment.take_section(name), self.report, self.place)
    }

    /// The entries of a list, each with its name. Names are unique in the form the environment uses.
    fn entries(&mut self, list: &str) -> Vec<(Section<'a>, String)> {
        let wrong =
            || ConfigError::new(list, "not a list", format!("Write [[{list}]] in double brackets, once for each"));
        let items = match self.table.remove(list) {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.report.error(wrong());
                Vec::new()
            }
        };
        let mut seen = Vec::new();
        let mut entries = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let Value::Table(mut table) = item else {
                self.report.error(wrong());
                continue;
            };
            let name = table.remove("name").and_then(|name| name.as_str().map(|name| name.trim().to_owned()));
            let fit = |name: &String| {
                !form(name).is_empty() && name.chars().count() <= 64 && !name.chars().any(char::is_control)
            };
            let Some(name) = name.filter(fit) else {
                let remedy = "Give it a name of at most 64 characters, with a letter from a to z in it";
                self.report.error(ConfigError::new(format!("{list}[{}].name", index + 1), "missing or unfit", remedy));
                continue;
            };
            if seen.contains(&form(&name)) {
                let remedy = "Choose a name that differs in letters or digits, not only in case or signs";
                self.report.error(ConfigError::new(format!("{list}.{name}.name"), "given twice", remedy).value(&name));
            }
            seen.push(form(&name));
            let environment = self.environment.take_entry(list, &name);
            entries.push((Section::new(format!("{list}.{name}"), table, environment, self.report, self.place), name));
        }
        entries
    }

    fn unknown(&mut self) {
        for key in std::mem::take(&mut self.table).keys() {
            let remedy = nearest(key, SECTIONS.into_iter().chain(LISTS)).map_or_else(
                || "Remove it; the sections are in docs/configuration.md".to_owned(),
                |near| {
                    let near = if LISTS.contains(&near) { format!("[[{near}]]") } else { format!("[{near}]") };
                    format!("Did you mean {near}? If not, remove it")
                },
            );
            self.report.error(ConfigError::new(key, "unknown section", remedy));
        }
    }

    /// Variables that name nothing: a mistyped override would otherwise be silently without effect.
    fn left(self) {
        for (path, given) in self.environment.left() {
            let remedy = match path.as_slice() {
                [list, name, _] if LISTS.contains(&list.as_str()) => {
                    format!(
                        "Add [[{list}]] with a name that reads {} in capitals to the file, or unset it",
                        name.to_uppercase()
                    )
                }
                _ => "Write POSTDESK_SECTION__KEY, or POSTDESK_LIST__NAME__KEY for an entry of a list, or unset it"
                    .to_owned(),
            };
            let error = ConfigError::new(path.join("."), "names nothing in the configuration", remedy);
            self.report.error(error.variable(Some(&given.variable)));
        }
    }
}

fn one_identity_once(mailboxes: &[Mailbox], report: &Report) {
    for (index, mailbox) in mailboxes.iter().enumerate() {
        if let Some(first) = mailboxes[..index].iter().find(|first| first.identity() == mailbox.identity()) {
            let problem = format!("the same host, user and folder as mailbox.{}", first.name);
            let remedy = "Remove one of the two; another name does not make another mailbox";
            report.error(ConfigError::new(format!("mailbox.{}", mailbox.name), problem, remedy));
        }
    }
}

fn notes(mailboxes: &[Mailbox], site: &SiteFacts, report: &Report) {
    if mailboxes.is_empty() {
        report.note("no [[mailbox]] is configured: nothing will be fetched");
    }
    for mailbox in mailboxes {
        let served =
            crate::domain::address::domain_of(&mailbox.address).is_some_and(|domain| site.domains.contains(&domain));
        if !served {
            report.note(format!("mailbox.{}: {} is in none of site.domains", mailbox.name, mailbox.address));
        }
    }
}
