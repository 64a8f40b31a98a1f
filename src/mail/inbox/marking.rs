//! What is done on the server once messages are kept.

use super::{Inbox, InboxError, folder::quoted, uid_set};

impl Inbox {
    /// Marks messages as read.
    ///
    /// # Errors
    /// [`InboxError`].
    pub async fn mark_seen(&mut self, uids: &[u32]) -> Result<(), InboxError> {
        for set in uid_set::sets(uids) {
            self.run("UID STORE", &format!("UID STORE {set} +FLAGS.SILENT (\\Seen)"), |_| {}).await?.ok("UID STORE")?;
        }
        Ok(())
    }

    /// Moves messages to a folder, which is made and subscribed if it is missing.
    ///
    /// # Errors
    /// [`InboxError::NoMove`] where the server cannot do it in one step; a refused move leaves the messages.
    pub async fn move_to(&mut self, uids: &[u32], folder: &str) -> Result<(), InboxError> {
        if !(self.abilities.r#move && self.abilities.uidplus) {
            return Err(InboxError::NoMove);
        }
        let name = quoted(folder)?;
        for set in uid_set::sets(uids) {
            let command = format!("UID MOVE {set} {name}");
            let mut done = self.run("UID MOVE", &command, |_| {}).await?;
            if done.try_create {
                self.create(folder).await?;
                done = self.run("UID MOVE", &command, |_| {}).await?;
            }
            done.ok("UID MOVE")?;
        }
        Ok(())
    }
}
