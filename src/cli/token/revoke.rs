//! `token revoke`.

use anyhow::bail;

use crate::{
    cli::shell::Shell,
    domain::event::{NewEvent, What},
    store::token,
};

/// Revokes a token.
pub(super) async fn run(shell: &Shell, id: i64) -> anyhow::Result<String> {
    let now = shell.clock.now();
    let mut work = shell.store.write().await?;
    if !token::revoke(&mut work, id, None, now).await? {
        bail!("there is no token {id} that holds; postdesk token list shows all");
    }
    work.event(NewEvent::new(now, shell.actor.clone(), What::TokenRevoked, format!("token {id}")));
    work.commit().await?;
    Ok(format!("Token {id} is revoked.\n"))
}
