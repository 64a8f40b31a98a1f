//! `token list`.

use std::fmt::Write;

use crate::{cli::shell::Shell, domain::time::Moment, store::token};

/// One line a token that holds. The tokens themselves are nowhere to be had.
pub(super) async fn run(shell: &Shell, login: Option<&str>) -> anyhow::Result<String> {
    let account = match login {
        Some(login) => Some(shell.account(login).await?.id),
        None => None,
    };
    let now = shell.clock.now().millis();
    let mut view = shell.store.read().await?;
    let tokens = token::list(&mut view, account).await?;
    let mut text = String::new();
    for token in tokens.iter().filter(|token| token.revoked_at.is_none() && token.expires_at > now) {
        let used = token.used_at.map_or_else(|| "never".to_owned(), |used| Moment::from_millis(used).to_string());
        let ends = Moment::from_millis(token.expires_at);
        let release = if token.may_release { "  may release" } else { "" };
        writeln!(text, "{}  {}  {}  ends {ends}  last used {used}{release}", token.id, token.login, token.name)?;
    }
    if text.is_empty() {
        text.push_str("No token holds. Make one with postdesk token add.\n");
    }
    Ok(text)
}
