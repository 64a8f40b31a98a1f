//! Access tokens for a mailbox that signs in by XOAUTH2.

use super::{Ended, MailboxJob};
use crate::{
    domain::secret::Secret,
    mail::oauth::{Grant, OauthError, TokenSource},
    store::{self, lease::Lease},
};

impl MailboxJob {
    /// A token that holds for a while, or none for a mailbox with a password. A rotated refresh token is kept before
    /// the access token is used: the old one may be void already.
    pub(super) async fn access_token(
        &self,
        lease: &Lease,
        tokens: &mut Option<TokenSource>,
    ) -> Result<Option<Secret>, Ended> {
        let Some(grant) = &self.account.grant else { return Ok(None) };
        let held = tokens.is_some();
        match self.ask(grant, lease, tokens).await {
            // Somebody else, `postdesk check` or another process, may have used up the token we held and kept its
            // successor: what is kept now is the one that counts.
            Err(Ended::Token(OauthError::Refused { .. })) if held => {
                *tokens = None;
                self.ask(grant, lease, tokens).await.map(Some)
            }
            Err(error) => {
                if matches!(error, Ended::Token(OauthError::Refused { .. })) {
                    *tokens = None;
                }
                Err(error)
            }
            Ok(access) => Ok(Some(access)),
        }
    }

    async fn ask(&self, grant: &Grant, lease: &Lease, tokens: &mut Option<TokenSource>) -> Result<Secret, Ended> {
        let source = if let Some(source) = tokens {
            source
        } else {
            let mut view = self.leases.store.read().await?;
            let kept = store::mailbox::refresh_token(&mut view, self.id).await?;
            tokens.insert(TokenSource::new(grant.clone(), &kept)?)
        };
        let (access, renewed) = source.access(self.leases.clock.now()).await?;
        if let Some(refresh) = renewed.and_then(|renewed| renewed.refresh) {
            let keep = source.to_keep(&refresh);
            let mut work = self.work(lease).await?;
            store::mailbox::keep_refresh_token(&mut work, self.id, keep.expose()).await?;
            work.commit().await?;
        }
        Ok(access)
    }
}
