//! `postdesk backup`: the embedded database in one file, also while the console runs.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use clap::Args;

use crate::{
    clock::Clock,
    config::{Config, DatabaseUrl},
    store::copy::{self, Contents},
};

/// How often a long copy says how far it is.
const PROGRESS: Duration = Duration::from_secs(5);

/// Where to.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write. It must not exist; only you may read it then.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// Copies, looks the copy through, and says what it holds.
///
/// # Errors
/// With words that tell what to do.
pub async fn run(backup: &Backup, config: &Config, clock: &Clock) -> anyhow::Result<()> {
    let DatabaseUrl::Sqlite(from) = &config.database.url else {
        anyhow::bail!("this database is PostgreSQL's: copy it with pg_dump -Fc (docs/operating.md, Back-up)")
    };
    anyhow::ensure!(from.exists(), "there is no database at {} yet", from.display());
    let contents = into(from, &backup.to, clock, |part| {
        let clock = clock.clone();
        async move { tell_progress(from, &part, &clock).await }
    })
    .await?;
    println!("{}", words(&backup.to, &contents));
    Ok(())
}

/// Copies `from` to the fresh file `to`, private, whole and verified, or not at all.
pub(super) async fn into<P: Future<Output = ()>>(
    from: &Path,
    to: &Path,
    clock: &Clock,
    progress: impl FnOnce(PathBuf) -> P,
) -> anyhow::Result<Contents> {
    // The name is ours from here on: nothing is overwritten, whoever else writes there.
    let place = private(to).with_context(|| format!("cannot write {}: it must not exist yet", to.display()))?;
    let mut part = to.to_path_buf().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let made = async {
        drop(private(&part).with_context(|| format!("cannot write {}: remove it first", part.display()))?);
        let made_at = clock.now();
        let copying = copy::make(from, &part);
        tokio::select! {
            copied = copying => copied?,
            () = progress(part.clone()) => anyhow::bail!("the copy was given up"),
        }
        let contents = copy::verify(&part, Some(made_at)).await?;
        File::open(&part)?.sync_all()?;
        std::fs::rename(&part, to)?;
        if let Some(directory) = to.parent().filter(|path| !path.as_os_str().is_empty()) {
            File::open(directory)?.sync_all()?;
        }
        anyhow::Ok(contents)
    };
    let made = made.await;
    drop(place);
    if made.is_err() {
        let _ = std::fs::remove_file(&part);
        let _ = std::fs::remove_file(to);
    }
    made
}

/// A new file that only its owner may read: it holds mail and hashed passwords.
fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

async fn tell_progress(from: &Path, part: &Path, clock: &Clock) {
    let mib = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len() >> 20);
    loop {
        clock.sleep(PROGRESS).await;
        eprintln!("{} of at most {} MiB", mib(part), mib(from));
    }
}

/// What a copy holds, in words.
pub(super) fn words(path: &Path, contents: &Contents) -> String {
    let newest =
        contents.newest.map_or("nothing happened yet".to_owned(), |at| format!("the newest of {}", at.rfc3339()));
    format!(
        "{} is whole: {} messages, {} tickets, {} events, {newest}.",
        path.display(),
        contents.messages,
        contents.tickets,
        contents.events
    )
}
