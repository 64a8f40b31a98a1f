//! A mailbox of the world's Dovecot, seen by its owner: a small client of its own, so that the console's is not tested
//! by itself.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::address;

/// One message of a folder.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) uid: i64,
    pub(crate) flags: String,
    pub(crate) bytes: Vec<u8>,
}

impl Mail {
    /// The message as text, for what is plain.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).replace("\r\n", "\n")
    }

    /// A header field, unfolded; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> String {
        let text = self.text();
        let head = text.split("\n\n").next().unwrap_or_default().replace("\n ", " ").replace("\n\t", " ");
        let wanted = format!("{}:", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&wanted)).unwrap_or_default();
        line.get(wanted.len()..).unwrap_or_default().trim().to_owned()
    }
}

/// A signed-in session.
#[derive(Debug)]
pub(crate) struct Imap {
    stream: BufReader<TcpStream>,
    turns: u32,
}

impl Imap {
    pub(crate) async fn sign_in(user: &str) -> Self {
        let stream =
            TcpStream::connect(("127.0.0.1", address("IMAP_PORT").parse().expect("a port"))).await.expect("Dovecot");
        let mut imap = Self { stream: BufReader::new(stream), turns: 0 };
        imap.response().await;
        imap.command(&format!("LOGIN {user} {}", address("MAIL_PASSWORD"))).await;
        imap
    }

    /// Puts bytes into a folder as they are.
    pub(crate) async fn append(&mut self, folder: &str, bytes: &[u8]) {
        self.turns += 1;
        let head = format!("t{} APPEND {folder} {{{}}}\r\n", self.turns, bytes.len());
        self.stream.write_all(head.as_bytes()).await.expect("written");
        let go_on = self.response().await;
        assert!(go_on.starts_with(b"+"), "{}", String::from_utf8_lossy(&go_on));
        self.stream.write_all(bytes).await.expect("written");
        self.stream.write_all(b"\r\n").await.expect("written");
        self.done().await;
    }

    /// Puts many messages into a folder at once (RFC 3502, without waiting for the server's word before each).
    pub(crate) async fn append_all(&mut self, folder: &str, messages: &[Vec<u8>]) {
        self.turns += 1;
        let mut sent = format!("t{} APPEND {folder}", self.turns).into_bytes();
        for message in messages {
            sent.extend_from_slice(format!(" {{{}+}}\r\n", message.len()).as_bytes());
            sent.extend_from_slice(message);
        }
        sent.extend_from_slice(b"\r\n");
        self.stream.write_all(&sent).await.expect("written");
        self.done().await;
    }

    /// Everything in a folder, lowest UID first; nothing if there is no such folder.
    pub(crate) async fn messages(&mut self, folder: &str) -> Vec<Mail> {
        if !self.folders().await.iter().any(|known| known == folder) {
            return Vec::new();
        }
        self.command(&format!("EXAMINE {folder}")).await;
        let responses = self.command("UID FETCH 1:* (FLAGS BODY.PEEK[])").await;
        responses.iter().filter_map(|r| fetched(r)).collect()
    }

    /// A folder's UIDVALIDITY and the UIDs it shows.
    pub(crate) async fn uids(&mut self, folder: &str) -> (i64, Vec<i64>) {
        let told = self.command(&format!("EXAMINE {folder}")).await;
        let told = told.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect::<String>();
        let uidvalidity = told.split("[UIDVALIDITY ").nth(1).and_then(|rest| rest.split(']').next());
        let found = self.command("UID SEARCH ALL").await;
        let found = found.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect::<String>();
        let uids = found.split("* SEARCH").nth(1).unwrap_or_default();
        let uids = uids.split_whitespace().map_while(|word| word.parse().ok()).collect();
        (uidvalidity.and_then(|text| text.parse().ok()).expect("a UIDVALIDITY"), uids)
    }

    /// How many messages of a folder are not marked as seen.
    pub(crate) async fn unseen(&mut self, folder: &str) -> usize {
        self.command(&format!("EXAMINE {folder}")).await;
        let found = self.command("UID SEARCH UNSEEN").await;
        let found = found.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect::<String>();
        found
            .split("* SEARCH")
            .nth(1)
            .unwrap_or_default()
            .split_whitespace()
            .map_while(|w| w.parse::<u32>().ok())
            .count()
    }

    /// The folders there are.
    pub(crate) async fn folders(&mut self) -> Vec<String> {
        self.listed("LIST \"\" *").await
    }

    /// The folders a mail program shows.
    pub(crate) async fn subscribed(&mut self) -> Vec<String> {
        self.listed("LSUB \"\" *").await
    }

    async fn listed(&mut self, command: &str) -> Vec<String> {
        let responses = self.command(command).await;
        let names = responses.iter().filter(|r| r.starts_with(b"* L"));
        names
            .map(|r| {
                String::from_utf8_lossy(r).trim().rsplit(' ').next().unwrap_or_default().trim_matches('"').to_owned()
            })
            .collect()
    }

    /// Runs a command and gives the untagged responses.
    pub(crate) async fn command(&mut self, line: &str) -> Vec<Vec<u8>> {
        self.turns += 1;
        let text = format!("t{} {line}\r\n", self.turns);
        self.stream.write_all(text.as_bytes()).await.expect("written");
        self.done().await
    }

    async fn done(&mut self) -> Vec<Vec<u8>> {
        let tag = format!("t{} ", self.turns);
        let mut untagged = Vec::new();
        loop {
            let response = self.response().await;
            if response.starts_with(tag.as_bytes()) {
                let text = String::from_utf8_lossy(&response);
                assert!(text[tag.len()..].starts_with("OK"), "{text}");
                return untagged;
            }
            untagged.push(response);
        }
    }

    /// One response with its literals.
    async fn response(&mut self) -> Vec<u8> {
        let mut response = Vec::new();
        loop {
            let begin = response.len();
            let read = self.stream.read_until(b'\n', &mut response).await.expect("an answer");
            assert!(read > 0, "Dovecot closed the connection");
            let Some(length) = literal(&response[begin..]) else { return response };
            let here = response.len();
            response.resize(here + length, 0);
            self.stream.read_exact(&mut response[here..]).await.expect("a literal");
        }
    }
}

/// The length of the literal that a line announces at its end.
fn literal(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"}\r\n")?;
    let open = line.iter().rposition(|b| *b == b'{')?;
    std::str::from_utf8(&line[open + 1..]).ok()?.parse().ok()
}

fn fetched(response: &[u8]) -> Option<Mail> {
    let end = response.windows(2).position(|two| two == b"\r\n")?;
    let head = String::from_utf8_lossy(&response[..end]).into_owned();
    let uid = head.split("UID ").nth(1)?.split([' ', ')']).next()?.parse().ok()?;
    let flags = head.split("FLAGS (").nth(1)?.split(')').next()?.to_owned();
    let length = literal(&response[..end + 2])?;
    Some(Mail { uid, flags, bytes: response.get(end + 2..end + 2 + length)?.to_vec() })
}
