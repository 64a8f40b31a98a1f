//! The live stream as a browser hears it.

use axum::body::BodyDataStream;
use futures_util::StreamExt;

use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        kind::Kind,
        role::Role,
        ticket::{Channel, Priority},
    },
    store::{
        account,
        ticket::{self, NewTicket},
    },
    web::testing::{Browser, Desk},
};

async fn opened(browser: &mut Browser<'_>, path: &str) -> BodyDataStream {
    let response = browser.ask_whole(path).await;
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body().into_data_stream()
}

async fn told(stream: &mut BodyDataStream) -> Option<String> {
    let part = stream.next().await?.unwrap();
    Some(String::from_utf8(part.to_vec()).unwrap())
}

async fn happen(desk: &Desk, kind: Kind) -> i64 {
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let new = NewTicket {
        kind,
        subject: "x",
        priority: Priority::Normal,
        reporter: "",
        reporter_name: "",
        channel: Channel::Mail,
        mailbox: None,
        now,
    };
    let number = ticket::open(&mut work, &new).await.unwrap();
    work.event(NewEvent::new(now, Actor::System("test"), What::TicketOpened, "").ticket(number));
    work.commit().await.unwrap();
    number
}

#[tokio::test]
async fn changes_arrive_and_are_replayed() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let mut ada = desk.signed_in("ada").await;
    let mut stream = opened(&mut ada, "/live").await;
    let resync = told(&mut stream).await.unwrap();
    assert!(resync.contains("event: resync") && resync.contains("id: 1\n"), "{resync}");

    let number = happen(&desk, Kind::Complaint).await;
    let change = told(&mut stream).await.unwrap();
    assert!(change.contains("event: change") && change.contains("id: 2\n"), "{change}");
    assert!(change.contains(&format!(r#"{{"id":2,"messages":[],"tickets":[{number}]}}"#)), "{change}");

    let mut again = opened(&mut ada, "/live?after=1").await;
    assert_eq!(told(&mut again).await.unwrap(), ": here\n\n");
    assert_eq!(told(&mut again).await.unwrap(), change);
    let mut ahead = opened(&mut ada, "/live?after=99").await;
    assert!(told(&mut ahead).await.unwrap().contains("event: resync"));
}

#[tokio::test]
async fn quarantine_is_not_told_to_who_may_not_see_it() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Postmaster]).await;
    desk.account("ben", &[Role::AuthorisedPostmaster]).await;
    let (mut ada, mut ben) = (desk.signed_in("ada").await, desk.signed_in("ben").await);
    let (mut blind, mut seeing) = (opened(&mut ada, "/live").await, opened(&mut ben, "/live").await);
    told(&mut blind).await.unwrap();
    told(&mut seeing).await.unwrap();
    let held = happen(&desk, Kind::QuarantineNotice).await;
    let plain = happen(&desk, Kind::Other).await;
    assert!(told(&mut blind).await.unwrap().contains(&format!("\"tickets\":[{plain}]")));
    assert!(told(&mut seeing).await.unwrap().contains(&format!("\"tickets\":[{held}")));
}

#[tokio::test]
async fn the_stream_ends_with_the_account_and_at_shutdown() {
    let desk = Desk::new().await;
    let id = desk.account("ada", &[Role::Reader]).await;
    desk.account("ben", &[Role::Reader]).await;
    let (mut ada, mut ben) = (desk.signed_in("ada").await, desk.signed_in("ben").await);
    let (mut first, mut second) = (opened(&mut ada, "/live").await, opened(&mut ben, "/live").await);
    told(&mut first).await.unwrap();
    told(&mut second).await.unwrap();
    let mut work = desk.web.store.write().await.unwrap();
    account::set(&mut work, id, &[Role::Reader], true, false).await.unwrap();
    work.commit().await.unwrap();
    happen(&desk, Kind::Other).await;
    assert_eq!(told(&mut first).await, None);
    assert!(told(&mut second).await.is_some());
    desk.web.close();
    assert_eq!(told(&mut second).await, None);
}

#[tokio::test]
async fn an_account_has_so_many_streams() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let mut ada = desk.signed_in("ada").await;
    let mut open = Vec::new();
    for _ in 0..desk.web.settings.limits.streams_per_account {
        open.push(opened(&mut ada, "/live").await);
    }
    assert_eq!(ada.ask_whole("/live").await.status(), 429);
    open.pop();
    assert_eq!(ada.ask_whole("/live").await.status(), 200);
}
