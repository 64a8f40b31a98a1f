//! A stand-in for a mail provider's `OAuth2` server. It is not one: it checks what a client of such a server must get
//! right, and Dovecot asks it whether a token is good.
//!
//! The client's id is the mailbox it wants, so that every test has its own. All are forms, by `POST`:
//! - `/token`: `grant_type` `client_credentials` or `refresh_token`, `client_id`, `client_secret`, `refresh_token`.
//!   A refresh token works once; the answer carries the next.
//! - `/introspect`: `token` (RFC 7662), asked by Dovecot.
//! - `/configure`: `client_id` with `expires_in` (seconds) or `error` (an RFC 6749 code that every answer then is;
//!   empty ends it).
//! - `/state`: `client_id`; how many tokens it was given and refused.

use std::collections::HashMap;
use std::io::Read as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::http::{self, Request};

const CLIENT_SECRET: &str = "the-secret-of-every-client";
const FIRST_REFRESH_TOKEN: &str = "the-first-refresh-token-of-every-client";
const EXPIRES_IN: u64 = 3600;

/// A status line and a document.
type Answer = (&'static str, Value);

/// The endpoint, serving until the program ends.
pub(crate) struct TokenEndpoint {
    base: String,
}

impl TokenEndpoint {
    pub(crate) async fn serve() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let memory = Arc::new(Mutex::new(Memory::default()));
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let memory = Arc::clone(&memory);
                tokio::spawn(async move {
                    if let Ok(Err(error)) = timeout(Duration::from_secs(10), handle(stream, &memory)).await {
                        eprintln!("world: token endpoint: {error:#}");
                    }
                });
            }
        });
        Ok(Self { base })
    }

    pub(crate) fn introspection_url(&self) -> String {
        format!("{}/introspect", self.base)
    }

    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        vec![
            ("TOKEN_URL", format!("{}/token", self.base)),
            ("OAUTH_CONFIGURE_URL", format!("{}/configure", self.base)),
            ("OAUTH_STATE_URL", format!("{}/state", self.base)),
            ("OAUTH_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("OAUTH_REFRESH_TOKEN", FIRST_REFRESH_TOKEN.to_owned()),
        ]
    }
}

async fn handle(mut stream: TcpStream, memory: &Mutex<Memory>) -> Result<()> {
    let request = Request::read(&mut stream).await?;
    let (status, document) = memory.lock().await.answer(&request)?;
    http::answer(&mut stream, status, &document).await
}

struct Client {
    refresh_token: String,
    expires_in: u64,
    error: String,
    given: u32,
    refused: u32,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            refresh_token: FIRST_REFRESH_TOKEN.to_owned(),
            expires_in: EXPIRES_IN,
            error: String::new(),
            given: 0,
            refused: 0,
        }
    }
}

struct Token {
    mailbox: String,
    until: Instant,
}

#[derive(Default)]
struct Memory {
    clients: HashMap<String, Client>,
    tokens: HashMap<String, Token>,
}

impl Memory {
    fn answer(&mut self, request: &Request) -> Result<Answer> {
        Ok(match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/token") => self.token(request)?,
            ("POST", "/introspect") => self.introspect(request.field("token")),
            ("POST", "/configure") => self.configure(request),
            ("POST", "/state") => self.state(request.field("client_id")),
            _ => ("404 Not Found", json!({ "error": "no such page" })),
        })
    }

    fn client(&mut self, mailbox: &str) -> &mut Client {
        self.clients.entry(mailbox.to_ascii_lowercase()).or_default()
    }

    fn token(&mut self, request: &Request) -> Result<Answer> {
        let mailbox = request.field("client_id");
        let client = self.client(mailbox);
        if let Some((status, error)) = objection(client, request) {
            client.refused += 1;
            return Ok((status, json!({ "error": error })));
        }
        client.given += 1;
        let expires_in = client.expires_in;
        let access_token = secret()?;
        let mut answer = json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": expires_in });
        if request.field("grant_type") == "refresh_token" {
            client.refresh_token = secret()?;
            answer["refresh_token"] = json!(client.refresh_token);
        }
        let until = Instant::now() + Duration::from_secs(expires_in);
        self.tokens.insert(access_token, Token { mailbox: mailbox.to_ascii_lowercase(), until });
        Ok(("200 OK", answer))
    }

    fn introspect(&self, token: &str) -> Answer {
        let document = match self.tokens.get(token) {
            Some(token) if Instant::now() < token.until => json!({ "active": true, "username": token.mailbox }),
            _ => json!({ "active": false }),
        };
        ("200 OK", document)
    }

    fn configure(&mut self, request: &Request) -> Answer {
        let client = self.client(request.field("client_id"));
        if let Ok(seconds) = request.field("expires_in").parse() {
            client.expires_in = seconds;
        }
        request.field("error").clone_into(&mut client.error);
        ("200 OK", json!({}))
    }

    fn state(&mut self, mailbox: &str) -> Answer {
        let client = self.client(mailbox);
        ("200 OK", json!({ "given": client.given, "refused": client.refused }))
    }
}

/// Why a request gets no token, as RFC 6749 §5.2 has it.
fn objection(client: &Client, request: &Request) -> Option<(&'static str, String)> {
    let bad = |error: &str| Some(("400 Bad Request", error.to_owned()));
    if request.field("client_id").is_empty() || request.field("client_secret") != CLIENT_SECRET {
        return Some(("401 Unauthorized", "invalid_client".to_owned()));
    }
    if !client.error.is_empty() {
        return bad(&client.error);
    }
    match request.field("grant_type") {
        "client_credentials" => None,
        "refresh_token" if request.field("refresh_token") == client.refresh_token => None,
        "refresh_token" => bad("invalid_grant"),
        _ => bad("unsupported_grant_type"),
    }
}

fn secret() -> Result<String> {
    let mut bytes = [0_u8; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
