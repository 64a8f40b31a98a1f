//! Whether mail for the served domains finds a way.

use std::{collections::BTreeSet, time::Duration};

use hickory_resolver::{TokioResolver, config::ResolveHosts, net::NetError, proto::rr::RData};

use super::Finding;
use crate::{config::Config, domain::address::domain_of};

/// For one domain with all its exchangers; a resolver may be silent.
const PATIENCE: Duration = Duration::from_secs(10);
/// Exchangers of a domain that are looked at.
const EXCHANGERS: usize = 20;

/// Looks up the mail exchangers, and their addresses, of every domain that the configuration writes mail from.
pub(super) async fn dns(config: &Config) -> Vec<Finding> {
    match resolver() {
        Ok(resolver) => look_up(&resolver, &domains(config)).await,
        Err(error) => vec![Finding::bad(
            "DNS",
            format!("this machine names no DNS server: {error}"),
            "Add a nameserver line to /etc/resolv.conf",
        )],
    }
}

fn resolver() -> Result<TokioResolver, NetError> {
    let mut builder = TokioResolver::builder_tokio()?;
    let options = builder.options_mut();
    options.timeout = Duration::from_secs(2);
    options.attempts = 1;
    // What the world sees counts, not this machine's hosts file.
    options.use_hosts_file = ResolveHosts::Never;
    builder.build()
}

fn domains(config: &Config) -> BTreeSet<String> {
    let addresses = config.mailboxes.iter().map(|mailbox| &mailbox.address).chain([&config.site.postmaster]);
    addresses.filter_map(|address| domain_of(address)).chain(config.site.domains.iter().cloned()).collect()
}

async fn look_up(resolver: &TokioResolver, domains: &BTreeSet<String>) -> Vec<Finding> {
    futures_util::future::join_all(domains.iter().map(|domain| one_domain(resolver, domain))).await
}

async fn one_domain(resolver: &TokioResolver, domain: &str) -> Finding {
    let what = format!("DNS {domain}");
    let found = tokio::time::timeout(PATIENCE, exchangers(resolver, domain)).await;
    match found {
        Ok(Ok(words)) => Finding::good(what, words),
        Ok(Err((words, remedy))) => Finding::bad(what, words, remedy),
        Err(_) => Finding::bad(what, format!("no answer within {} seconds", PATIENCE.as_secs()), LOOK_AT_RESOLVER),
    }
}

const LOOK_AT_RESOLVER: &str = "Look whether the nameserver in /etc/resolv.conf can be reached and answers";

type Words = Result<String, (String, String)>;

async fn exchangers(resolver: &TokioResolver, domain: &str) -> Words {
    // With the dot at its end no search list is tried.
    match resolver.mx_lookup(format!("{domain}.")).await {
        Ok(answer) => {
            let mut found: Vec<(u16, String)> =
                answer.answers().iter().filter_map(|record| exchanger(&record.data)).collect();
            found.sort();
            addresses(resolver, domain, &found).await
        }
        Err(error) if error.is_nx_domain() => Err((
            "the domain does not exist".to_owned(),
            "Look for a slip in the configuration, or register and publish the domain".to_owned(),
        )),
        Err(error) if error.is_no_records_found() => match resolver.lookup_ip(format!("{domain}.")).await {
            Ok(_) => Ok("no MX record; mail goes to the domain's own address".to_owned()),
            Err(error) if error.is_no_records_found() => Err((
                "neither an MX record nor an address: mail from outside does not arrive".to_owned(),
                "Publish an MX record".to_owned(),
            )),
            Err(error) => Err(trouble(domain, &error)),
        },
        Err(error) => Err(trouble(domain, &error)),
    }
}

fn exchanger(data: &RData) -> Option<(u16, String)> {
    match data {
        RData::MX(mx) => Some((mx.preference, mx.exchange.to_ascii())),
        _ => None,
    }
}

async fn addresses(resolver: &TokioResolver, domain: &str, exchangers: &[(u16, String)]) -> Words {
    if exchangers.iter().any(|(_, name)| name == ".") {
        return Err((
            "the domain says that it takes no mail (an MX record of a single dot)".to_owned(),
            "Publish the MX record of your mail server, or take the domain out of the configuration".to_owned(),
        ));
    }
    let mut names = Vec::new();
    for (_, name) in exchangers.iter().take(EXCHANGERS) {
        let shown = name.trim_end_matches('.');
        match resolver.lookup_ip(name.as_str()).await {
            Ok(_) => names.push(shown.to_owned()),
            Err(error) if error.is_no_records_found() => {
                return Err((
                    format!("the mail exchanger {shown} has no address"),
                    format!("Publish an address record for {shown}, or correct the MX record of {domain}"),
                ));
            }
            Err(error) => return Err(trouble(shown, &error)),
        }
    }
    Ok(format!("mail goes to {}", names.join(", ")))
}

fn trouble(name: &str, error: &NetError) -> (String, String) {
    (format!("{name} could not be looked up: {error}"), LOOK_AT_RESOLVER.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, str::FromStr, sync::Arc};

    use hickory_resolver::{
        config::{ConnectionConfig, NameServerConfig, ResolverConfig},
        net::runtime::TokioRuntimeProvider,
        proto::{
            op::{Message, ResponseCode},
            rr::{Name, Record, RecordType, rdata::MX},
        },
    };
    use tokio::net::UdpSocket;

    use super::*;

    /// What our own DNS server says.
    fn answer(question: &str, sort: RecordType) -> (ResponseCode, Vec<RData>) {
        let mx = |name: &str| RData::MX(MX::new(10, Name::from_str(name).unwrap()));
        let address = || RData::A("192.0.2.1".parse().unwrap());
        match (question, sort) {
            ("good.test.", RecordType::MX) => (ResponseCode::NoError, vec![mx("mx.good.test.")]),
            ("mx.good.test." | "plain.test.", RecordType::A) => (ResponseCode::NoError, vec![address()]),
            ("stray.test.", RecordType::MX) => (ResponseCode::NoError, vec![mx("nowhere.test.")]),
            ("null.test.", RecordType::MX) => (ResponseCode::NoError, vec![mx(".")]),
            ("broken.test.", _) => (ResponseCode::ServFail, vec![]),
            ("missing.test." | "nowhere.test.", _) => (ResponseCode::NXDomain, vec![]),
            _ => (ResponseCode::NoError, vec![]),
        }
    }

    async fn serve(socket: Arc<UdpSocket>) {
        let mut buffer = [0; 1500];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
            let question = Message::from_vec(&buffer[..length]).unwrap();
            let query = question.queries[0].clone();
            let (code, data) = answer(&query.name().to_ascii().to_lowercase(), query.query_type());
            let mut reply = question.into_response();
            reply.metadata.response_code = code;
            reply.edns = None;
            for data in data {
                reply.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
            socket.send_to(&reply.to_vec().unwrap(), peer).await.unwrap();
        }
    }

    fn asking(server: SocketAddr) -> TokioResolver {
        let mut udp = ConnectionConfig::udp();
        udp.port = server.port();
        let server = NameServerConfig::new(server.ip(), true, vec![udp]);
        let config = ResolverConfig::from_parts(None, vec![], vec![server]);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        builder.options_mut().timeout = Duration::from_millis(500);
        builder.options_mut().attempts = 1;
        builder.options_mut().use_hosts_file = ResolveHosts::Never;
        builder.build().unwrap()
    }

    async fn found(resolver: &TokioResolver, domain: &str) -> Finding {
        look_up(resolver, &BTreeSet::from([domain.to_owned()])).await.remove(0)
    }

    #[tokio::test]
    async fn what_a_server_can_answer() {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let resolver = asking(socket.local_addr().unwrap());
        let server = tokio::spawn(serve(socket));
        for (domain, ok, words) in [
            ("good.test", true, "mail goes to mx.good.test"),
            ("plain.test", true, "own address"),
            ("stray.test", false, "nowhere.test has no address"),
            ("null.test", false, "takes no mail"),
            ("broken.test", false, "could not be looked up"),
            ("missing.test", false, "does not exist"),
            ("empty.test", false, "neither an MX record nor an address"),
        ] {
            let finding = found(&resolver, domain).await;
            assert!(finding.ok == ok && finding.words.contains(words), "{finding:?}");
            assert_eq!(finding.remedy.is_some(), !ok);
        }
        server.abort();
    }

    #[tokio::test]
    async fn a_silent_server_is_not_waited_for_without_end() {
        let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let finding = found(&asking(silent.local_addr().unwrap()), "good.test").await;
        assert!(!finding.ok && finding.remedy.as_deref() == Some(LOOK_AT_RESOLVER), "{finding:?}");
    }
}
