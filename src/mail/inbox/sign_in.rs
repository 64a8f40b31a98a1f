//! From a bare connection to a signed-in session.

use async_imap::{
    Authenticator, Client, Session,
    error::Error,
    imap_proto::{Capability, Response, ResponseCode, Status},
};
use zeroize::Zeroizing;

use super::{
    Account, InboxError,
    wire::{self, Wire},
};
use crate::{
    domain::secret::Secret,
    mail::{
        tls::{self, Tls},
        words::one_line,
    },
};

/// What the greeting says of the ways to sign in. A server need not say anything there.
#[derive(Clone, Copy, Debug, Default)]
struct Greeting {
    told: bool,
    plain: bool,
}

pub(super) async fn connect(account: &Account) -> Result<(Client<Wire>, bool), InboxError> {
    tls::plain_text_allowed(&account.host, account.tls)?;
    let stream = wire::dial(account).await?;
    let (client, greeting) = match account.tls {
        Tls::None => greeted(wire::plain(stream)).await?,
        Tls::Implicit => {
            let config = tls::client(account.ca_file.as_deref())?;
            greeted(wire::encrypt(stream, &account.host, config).await?).await?
        }
        Tls::StartTls => {
            let config = tls::client(account.ca_file.as_deref())?;
            let (mut client, _) = greeted(wire::plain(stream)).await?;
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(|error| match error {
                Error::No(_) | Error::Bad(_) => {
                    InboxError::Tls { host: account.host.clone(), why: "the server does not offer STARTTLS".into() }
                }
                error => InboxError::command("STARTTLS", &error),
            })?;
            // What a stranger may have put behind the server's OK is in the client's buffer and goes with it.
            let bare = wire::bare(client.into_inner());
            (Client::new(wire::encrypt(bare, &account.host, config).await?), Greeting::default())
        }
    };
    // Without a word about it PLAIN is tried first: it carries any password, LOGIN only some.
    Ok((client, !greeting.told || greeting.plain))
}

async fn greeted(wire: Wire) -> Result<(Client<Wire>, Greeting), InboxError> {
    let mut client = Client::new(wire);
    let heard = client.read_response().await.map_err(|error| InboxError::read("the greeting", &error))?;
    let Some(heard) = heard else { return Err(InboxError::closed()) };
    let Response::Data { status, outcome } = heard.parsed() else { return Err(InboxError::Protocol("the greeting")) };
    let mut greeting = Greeting::default();
    match (status, &outcome.code) {
        (Status::Ok, Some(ResponseCode::Capabilities(all))) => {
            greeting.told = true;
            greeting.plain =
                all.iter().any(|c| matches!(c, Capability::Auth(name) if name.eq_ignore_ascii_case("PLAIN")));
        }
        (Status::Ok, _) => {}
        (Status::Bye, _) => {
            let answer = one_line(outcome.information.as_deref().unwrap_or_default(), 200);
            return Err(InboxError::Closed { answer });
        }
        // PREAUTH would be somebody else's mailbox.
        _ => return Err(InboxError::Protocol("the greeting")),
    }
    Ok((client, greeting))
}

/// Signs in: by a token if there is one, else by password.
pub(super) async fn sign_in(
    (client, plain): (Client<Wire>, bool),
    account: &Account,
    token: Option<&Secret>,
) -> Result<Session<Wire>, InboxError> {
    if let Some(token) = token {
        let line = Zeroizing::new(format!("user={}\u{1}auth=Bearer {}\u{1}\u{1}", account.user, token.expose()));
        let answer = client.authenticate("XOAUTH2", Once(Some(line))).await;
        return answer.map_err(|(error, _)| refused(account, "XOAUTH2", &error));
    }
    let client = if plain {
        let line = Zeroizing::new(format!("\0{}\0{}", account.user, account.secret.expose()));
        match client.authenticate("PLAIN", Once(Some(line))).await {
            Ok(session) => return Ok(session),
            // BAD: the mechanism is unknown there, which says nothing about the password.
            Err((Error::Bad(_), client)) => client,
            Err((error, _)) => return Err(refused(account, "PLAIN", &error)),
        }
    } else {
        client
    };
    client.login(&account.user, account.secret.expose()).await.map_err(|(error, _)| refused(account, "LOGIN", &error))
}

fn refused(account: &Account, method: &'static str, error: &Error) -> InboxError {
    let (host, user) = (account.host.clone(), account.user.clone());
    match error {
        Error::No(words) if words.contains("UNAVAILABLE") => InboxError::SignInUnavailable { host, user },
        Error::No(_) | Error::Bad(_) | Error::Validate(_) => InboxError::SignIn { host, user, method },
        error => InboxError::command("the sign-in", error),
    }
}

/// Answers the server's first challenge; a second one (XOAUTH2 sends its error that way) gets an empty line.
struct Once(Option<Zeroizing<String>>);

impl Authenticator for Once {
    type Response = Zeroizing<Vec<u8>>;

    fn process(&mut self, _challenge: &[u8]) -> Self::Response {
        Zeroizing::new(self.0.take().map(|line| line.as_bytes().to_vec()).unwrap_or_default())
    }
}
