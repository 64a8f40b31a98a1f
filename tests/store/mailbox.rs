use std::time::Duration;

use postdesk::store::{Store, mailbox};

use super::{letter, on_both, view, work};
use crate::world::noon;

async fn get(store: &Store, id: i64) -> mailbox::Mailbox {
    view!(store, v => mailbox::get(&mut v, id)).expect("a mailbox")
}

on_both!(is_host_user_and_folder_whatever_its_name, |store| {
    let id = letter::mailbox(&store).await;
    assert_eq!(letter::mailbox(&store).await, id);
    let renamed = work!(store, w => mailbox::configure(&mut w, "imap.college.test", "postmaster", "INBOX", "post", "post@college.test"));
    assert_eq!(renamed, id);
    let other = work!(store, w => mailbox::configure(&mut w, "imap.college.test", "abuse", "INBOX", "abuse", "abuse@college.test"));
    assert_ne!(other, id);
    assert_eq!(
        (get(&store, id).await.name, get(&store, id).await.address),
        ("post".to_owned(), "post@college.test".to_owned())
    );
    {
        let mut w = store.write().await.expect("a work");
        mailbox::forget_configured(&mut w).await.expect("forgotten");
        mailbox::configure(&mut w, "imap.college.test", "postmaster", "INBOX", "post", "post@college.test")
            .await
            .expect("configured");
        w.commit().await.expect("a commit");
    }
    let all = view!(store, v => mailbox::all(&mut v));
    assert_eq!(all.iter().map(|m| (m.id, m.configured)).collect::<Vec<_>>(), [(id, true), (other, false)]);
    assert!(view!(store, v => mailbox::get(&mut v, 99)).is_none());
});

on_both!(cursor_never_goes_back_but_with_a_new_uidvalidity, |store| {
    let id = letter::mailbox(&store).await;
    let later = noon().plus(Duration::from_secs(5));
    work!(store, w => mailbox::connected(&mut w, id, 7, noon()));
    work!(store, w => mailbox::advance(&mut w, id, 7, 12, later));
    work!(store, w => mailbox::advance(&mut w, id, 7, 9, later));
    work!(store, w => mailbox::advance(&mut w, id, 8, 99, later));
    let found = get(&store, id).await;
    assert_eq!((found.uidvalidity, found.cursor_uid), (7, 12));
    assert_eq!((found.connected_at, found.polled_at), (Some(noon().millis()), Some(later.millis())));
    work!(store, w => mailbox::connected(&mut w, id, 7, later));
    assert_eq!(get(&store, id).await.cursor_uid, 12);
    work!(store, w => mailbox::connected(&mut w, id, 8, later));
    assert_eq!((get(&store, id).await.cursor_uid, get(&store, id).await.uidvalidity), (0, 8));
});

on_both!(counts_and_troubles_are_noted, |store| {
    let id = letter::mailbox(&store).await;
    let later = noon().plus(Duration::from_secs(5));
    work!(store, w => mailbox::counted(&mut w, id, 30, 28, noon()));
    let found = get(&store, id).await;
    assert_eq!((found.on_server, found.kept_of_server, found.checked_at), (30, 28, Some(noon().millis())));
    work!(store, w => mailbox::trouble(&mut w, id, "the server refuses the password", noon()));
    work!(store, w => mailbox::trouble(&mut w, id, "the server does not answer", later));
    let found = get(&store, id).await;
    assert_eq!(
        (found.trouble.as_str(), found.trouble_at),
        ("the server does not answer", Some(noon().millis())),
        "since the first"
    );
    work!(store, w => mailbox::trouble(&mut w, id, "", later));
    assert_eq!((get(&store, id).await.trouble.as_str(), get(&store, id).await.trouble_at), ("", None));
    work!(store, w => mailbox::trouble(&mut w, id, "again", later));
    work!(store, w => mailbox::connected(&mut w, id, 7, later));
    assert_eq!(
        (get(&store, id).await.trouble.as_str(), get(&store, id).await.trouble_at),
        ("", None),
        "a session ends it"
    );
    work!(store, w => mailbox::move_trouble(&mut w, id, "no such folder"));
    assert_eq!(get(&store, id).await.move_trouble, "no such folder");
    work!(store, w => mailbox::move_trouble(&mut w, id, ""));
    assert_eq!(get(&store, id).await.move_trouble, "");
});

on_both!(rotated_refresh_token_is_kept, |store| {
    let id = letter::mailbox(&store).await;
    assert_eq!(view!(store, v => mailbox::refresh_token(&mut v, id)), "");
    work!(store, w => mailbox::keep_refresh_token(&mut w, id, "second"));
    assert_eq!(view!(store, v => mailbox::refresh_token(&mut v, id)), "second");
    letter::mailbox(&store).await;
    assert_eq!(view!(store, v => mailbox::refresh_token(&mut v, id)), "second", "also after the next start");
    assert!(!format!("{:?}", get(&store, id).await).contains("second"), "never in Debug");
});
