//! A hostile IMAP server, on a real socket: whatever it says, the session ends in an error or in an answer.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use postdesk::{
    domain::secret::Secret,
    mail::{
        inbox::{Account, After, Inbox, Pace},
        tls::Tls,
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

fuzz_target!(|bytes: &[u8]| {
    let runtime = &postdesk_fuzz::console().runtime;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = bytes.to_vec();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = talk(stream, &said).await;
        });
        let ended = tokio::time::timeout(Duration::from_secs(10), visit(port)).await;
        server.abort();
        assert!(ended.is_ok(), "the session did not end");
    });
});

/// Says a piece after each command, before the tagged OK; a piece that begins with `!` comes without one.
async fn talk(stream: TcpStream, said: &[u8]) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut pieces = said.split(|byte| *byte == 0xff);
    stream.write_all(b"* OK ready\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let tag = line.split(' ').next().unwrap_or_default().to_owned();
        let signing_in = line.contains(" LOGIN ") || line.contains(" AUTHENTICATE ");
        let capability = line.contains(" CAPABILITY");
        line.clear();
        if capability {
            stream.write_all(b"* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\r\n").await?;
        }
        let piece = if signing_in || capability { None } else { pieces.next() };
        if let Some(piece) = piece {
            stream.write_all(piece.strip_prefix(b"!").unwrap_or(piece)).await?;
            if piece.starts_with(b"!") {
                return stream.shutdown().await;
            }
        } else if !signing_in && !capability {
            return stream.shutdown().await;
        }
        stream.write_all(format!("{tag} OK done\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// What a mailbox job does, in its order.
async fn visit(port: u16) {
    let account = Account {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        ca_file: None,
        user: "u".into(),
        secret: Secret::new("p".into()),
        grant: None,
        folder: "INBOX".into(),
        after: After::Seen,
    };
    let short = Duration::from_millis(5);
    let pace = Pace { connect: Duration::from_secs(2), answer: short, command: short, idle: short, poll: short };
    let Ok(mut inbox) = Inbox::connect(&account, None, pace).await else { return };
    let Ok(_) = inbox.select("INBOX").await else { return };
    let Ok(listing) = inbox.list_above(0, 100).await else { return };
    assert!(listing.messages.len() <= 100 && listing.messages.is_sorted(), "in bounds and in order");
    let mut fetching = inbox.fetch(&listing.messages);
    while let Ok(Some(fetched)) = fetching.next().await {
        assert!(listing.messages.iter().any(|listed| listed.uid == fetched.uid), "only what was asked for");
    }
    let uids: Vec<u32> = listing.messages.iter().map(|listed| listed.uid).collect();
    let Ok(()) = inbox.mark_seen(&uids).await else { return };
    let Ok(_) = inbox.uids_above(0, 100).await else { return };
    let _ = inbox.wait(std::future::pending()).await;
    inbox.leave().await;
}
