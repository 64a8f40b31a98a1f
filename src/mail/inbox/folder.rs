//! Folders: select one, make one.

use async_imap::imap_proto::{Response, ResponseCode};

use super::{Inbox, InboxError, name};

/// A selected folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// UIDs are only good together with this number.
    pub uidvalidity: u32,
    /// Messages in it.
    pub exists: u32,
    /// The UID that the next message will have; 0 if the server does not say.
    pub uid_next: u32,
}

/// A folder's name as a command carries it.
pub(super) fn quoted(folder: &str) -> Result<String, InboxError> {
    name::quoted(folder).ok_or_else(|| InboxError::Folder {
        folder: folder.escape_debug().to_string(),
        why: "the name holds control characters".into(),
    })
}

impl Inbox {
    /// Opens a folder.
    ///
    /// # Errors
    /// [`InboxError::Folder`] if there is none or it cannot be opened.
    pub async fn select(&mut self, folder: &str) -> Result<Selected, InboxError> {
        let command = format!("SELECT {}", quoted(folder)?);
        let (mut uidvalidity, mut uid_next) = (None, 0);
        let done = self
            .run("SELECT", &command, |response| {
                let Response::Data { outcome, .. } = response else { return };
                match outcome.code {
                    Some(ResponseCode::UidValidity(number)) => uidvalidity = Some(number),
                    Some(ResponseCode::UidNext(number)) => uid_next = number,
                    _ => {}
                }
            })
            .await?;
        let unfit = |why: String| InboxError::Folder { folder: folder.to_owned(), why };
        if !done.is_ok() {
            return Err(unfit(done.answer));
        }
        // Without it a UID means nothing tomorrow.
        let Some(uidvalidity) = uidvalidity else { return Err(unfit("the server gives no UIDVALIDITY".into())) };
        self.uid_next = uid_next;
        Ok(Selected { uidvalidity, exists: self.exists, uid_next })
    }

    /// Makes a folder and subscribes to it, so that other programs show it.
    pub(super) async fn create(&mut self, folder: &str) -> Result<(), InboxError> {
        let name = quoted(folder)?;
        let done = self.run("CREATE", &format!("CREATE {name}"), |_| {}).await?;
        if !done.is_ok() {
            return Err(InboxError::Folder { folder: folder.to_owned(), why: done.answer });
        }
        // Some servers have no subscriptions; the folder is of use all the same.
        self.run("SUBSCRIBE", &format!("SUBSCRIBE {name}"), |_| {}).await?;
        Ok(())
    }
}
