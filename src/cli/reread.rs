//! `postdesk reread`: kept messages read again by this version's rules, also while the console runs.

use std::{fmt::Write, sync::Arc};

use anyhow::bail;
use clap::Args;

use super::shell::Shell;
use crate::{
    app,
    clock::Clock,
    config::Config,
    desk::{letterhead::Letterhead, reread},
    domain::rereading::{Rereading, Settled, State},
    store::{StoreError, rereading},
};

/// What to do.
#[derive(Debug, Args)]
pub struct Reread {
    /// Change what the last comparison found. Without it nothing changes.
    #[arg(long, conflicts_with = "leave")]
    change: bool,
    /// Leave everything as it is, and forget the last comparison.
    #[arg(long)]
    leave: bool,
}

/// Compares, or carries out what the last comparison found; prints it.
///
/// # Errors
/// With words that tell what to do.
pub async fn run(asked: &Reread, config: &Config, clock: Clock) -> anyhow::Result<()> {
    let shell = Shell::open(config, clock).await?;
    let head = Arc::new(app::letterhead(config, &shell.store, &shell.clock).await?);
    begin(&shell, &head, asked).await?;
    while reread::step(&shell.store, &head, shell.clock.now()).await? {}
    print!("{}", words(&shell).await?);
    shell.store.close().await;
    Ok(())
}

async fn newest(shell: &Shell) -> anyhow::Result<Option<Rereading>> {
    Ok(rereading::newest(&mut shell.store.read().await?).await?)
}

async fn begin(shell: &Shell, head: &Letterhead, asked: &Reread) -> anyhow::Result<()> {
    let open = newest(shell).await?.filter(|newest| newest.state.is_open());
    if !asked.leave && open.as_ref().is_some_and(|open| open.rules != reread::rules(head)) {
        bail!(
            "messages are being read again by another version or configuration than this one; finish it there, or end \
             it with postdesk reread --leave"
        );
    }
    let mut work = shell.store.write().await?;
    let now = shell.clock.now();
    let begun = match (open, asked.change, asked.leave) {
        (None, false, false) => reread::begin(&mut work, head, &shell.actor, now).await.map(drop),
        (None, ..) => bail!("nothing has been compared; run postdesk reread first"),
        (Some(open), _, true) => reread::leave(&mut work, &open, &shell.actor, now).await,
        (Some(open), true, _) if open.state == State::Compared => {
            reread::order(&mut work, open.id, &shell.actor, now).await
        }
        (Some(open), true, _) if open.state == State::Comparing => {
            bail!("the comparison is not finished; wait for it, and look at what it finds")
        }
        // It goes on where it stands.
        (Some(_), ..) => Ok(()),
    };
    match begun {
        Err(StoreError::Conflict) => bail!("somebody else was first; run the command again to see how it stands"),
        other => other?,
    }
    Ok(work.commit().await?)
}

async fn words(shell: &Shell) -> anyhow::Result<String> {
    let Some(newest) = newest(shell).await? else { return Ok(String::new()) };
    let sums = rereading::sums(&mut shell.store.read().await?, newest.id).await?;
    let mut text = format!("{}. {} messages were read.\n", newest.state.words(), newest.done);
    for sum in &sums {
        let became = match sum.settled {
            Settled::Waiting => "",
            Settled::Changed => ", changed",
            Settled::Left => ", left as they are",
        };
        let (was, would_be) = (sum.was.words(), sum.would_be.words());
        if sum.was == sum.would_be {
            writeln!(text, "{:>8}  {was}, with other facts{became}", sum.count)?;
        } else {
            writeln!(text, "{:>8}  {was} → {would_be}{became}", sum.count)?;
        }
    }
    text += match newest.state {
        State::Done if sums.is_empty() => "Nothing would change.\n",
        State::Compared => "Look at them at the console, under Messages. To change them: postdesk reread --change\n",
        _ => "",
    };
    Ok(text)
}
