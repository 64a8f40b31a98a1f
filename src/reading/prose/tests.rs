//! Each phrase has a sample, and each sample names the phrases in it.

use std::collections::BTreeSet;

use super::{
    phrase::{self, Class, FILES, PHRASES},
    said::Said,
};
use crate::{domain::site::Site, reading::read};

const SAMPLES: &[(&str, &str)] = &[
    ("en", include_str!("samples/en.txt")),
    ("de", include_str!("samples/de.txt")),
    ("fr", include_str!("samples/fr.txt")),
    ("es", include_str!("samples/es.txt")),
    ("it", include_str!("samples/it.txt")),
    ("nl", include_str!("samples/nl.txt")),
    ("pt", include_str!("samples/pt.txt")),
    ("pl", include_str!("samples/pl.txt")),
    ("spam", include_str!("samples/spam.txt")),
];

struct Sample {
    kind: &'static str,
    named: BTreeSet<&'static str>,
    text: String,
}

fn samples(file: &'static str) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some((kind, phrases)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let named = phrases.split(';').map(str::trim).filter(|p| !p.is_empty()).collect();
            samples.push(Sample { kind, named, text: String::new() });
        } else if let Some(sample) = samples.last_mut() {
            sample.text.push_str(line);
            sample.text.push('\n');
        }
    }
    samples
}

/// Phrases found, the ends with them: those stand in lines that are no longer the writer's.
fn found(text: &str) -> BTreeSet<&'static str> {
    let said = Said::new("", text);
    let classes = [
        Class::Complaint,
        Class::Unwanted,
        Class::Ours,
        Class::Demand,
        Class::Assistance,
        Class::Trouble,
        Class::Spam,
        Class::Not,
    ];
    let of = |class| said.of_class(class).into_iter().map(|(index, _)| PHRASES[index].written);
    let mut found: BTreeSet<&str> = classes.into_iter().flat_map(of).collect();
    for line in text.lines() {
        let folded = crate::reading::fold::plain(line);
        let ends = phrase::find(&folded);
        let ends = ends.iter().filter(|o| o.start == 0 && PHRASES[o.phrase].class == Class::End);
        found.extend(ends.map(|o| PHRASES[o.phrase].written));
    }
    found
}

#[test]
fn samples_name_their_phrases_and_have_their_kind() {
    let mut wrong = Vec::new();
    for (language, file) in SAMPLES {
        for sample in samples(file) {
            let found = found(&sample.text);
            if found != sample.named {
                let more: Vec<_> = found.difference(&sample.named).collect();
                let less: Vec<_> = sample.named.difference(&found).collect();
                wrong.push(format!("{language}: {}\n  found besides: {more:?}\n  not found: {less:?}", sample.text));
            }
            let mail = format!(
                "From: ann@home.test\nTo: postmaster@college.test\nSubject: hello\nContent-Type: text/plain; charset=utf-8\n\n{}",
                sample.text
            );
            let site = Site { domains: vec!["college.test".to_owned()], ..Site::default() };
            let kind = read(mail.as_bytes(), &site).kind;
            if kind.as_str() != sample.kind {
                wrong.push(format!("{language}: read as {kind}, said to be {}: {}", sample.kind, sample.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_phrase_has_a_sample() {
    for ((language, file), (_, samples_of_it)) in FILES.iter().zip(SAMPLES) {
        let named: BTreeSet<&str> = samples(samples_of_it).into_iter().flat_map(|sample| sample.named).collect();
        let missing: Vec<_> =
            phrase::read(file).iter().map(|p| p.written).filter(|written| !named.contains(written)).collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

#[test]
fn every_line_of_a_phrase_file_is_understood() {
    for (language, file) in FILES {
        let lines = file.lines().filter(|l| !l.trim().is_empty() && !l.starts_with(['#', '[']));
        let phrases = phrase::read(file);
        assert_eq!(lines.count(), phrases.len(), "{language}: a heading is not understood");
        let once: BTreeSet<_> = phrases.iter().map(|p| (p.class, p.written)).collect();
        assert_eq!(once.len(), phrases.len(), "{language}: a phrase stands twice");
        assert!(phrases.iter().all(|p| p.written == p.written.to_lowercase()), "{language}: lower case");
    }
}

#[test]
fn only_own_words_count() {
    let complaint = |text: &str| {
        let mail = format!("From: ann@home.test\nTo: postmaster@college.test\nSubject: hello\n\n{text}\n");
        read(mail.as_bytes(), &Site::default()).kind.as_str() == "complaint"
    };
    assert!(complaint("We get spam from your server."));
    for text in [
        "Thank you.\n\n> We get spam from your server.",
        "Thank you.\n-- \nWe get spam from your server.",
        "Thank you for your answer.\n-----Original Message-----\nWe get spam from your server.",
        "Your spam filter is good. Nothing comes from your server any more.",
        "I am not complaining about your server.",
    ] {
        assert!(!complaint(text), "{text}");
    }
}

/// Texts as people write them, none of which the phrases were made from.
const OTHERS: &[(&str, &str)] = &[
    (
        "complaint",
        "For three days a machine with an address in your range has been trying passwords on our SSH server. Log below; kindly make sure this ends.",
    ),
    (
        "complaint",
        "Hi, somebody at your college keeps mailing me nasty insults even though I asked her to leave me alone.",
    ),
    (
        "complaint",
        "I've got twenty junk mails this morning, every one of them handed over by your mail server. Can you stop it?",
    ),
    (
        "complaint",
        "Guten Tag, seit gestern bekomme ich über Ihren Mailserver lauter Werbemails, die ich nie haben wollte. Bitte stellen Sie das ab.",
    ),
    ("complaint", "Einer Ihrer Studenten schreibt mir beleidigende Nachrichten. Das muss aufhören."),
    (
        "complaint",
        "Bonjour, depuis une semaine je reçois des messages d'hameçonnage envoyés par l'un de vos utilisateurs. Merci de bloquer ce compte.",
    ),
    ("complaint", "Buenos días, recibimos cada noche ataques de fuerza bruta desde su red. Por favor, tomen medidas."),
    ("complaint", "Buongiorno, un vostro studente mi manda messaggi di minaccia da giorni."),
    (
        "complaint",
        "Beste beheerder, vanaf uw netwerk wordt al dagen geprobeerd op onze server in te breken; zie de inlogpogingen hieronder.",
    ),
    ("complaint", "Bom dia, estamos a receber spam enviado a partir do vosso servidor desde ontem."),
    (
        "complaint",
        "Dzień dobry, od wczoraj otrzymujemy spam wysyłany z waszego serwera pocztowego. Proszę o zablokowanie konta.",
    ),
    ("complaint", "We operate a honeypot and saw port scans coming from 203.0.113.9, which whois says is yours."),
    (
        "assistance",
        "Dear Sir, I try to write to Professor Miller but all I get is an error. Is there another way? I cannot reach him.",
    ),
    ("assistance", "Unsere Mails an Ihre Studierenden kommen nicht an, Ihr Server weist uns ab. Was können wir tun?"),
    ("assistance", "Bonjour, mes messages à la bibliothèque sont rejetés, pourriez-vous m'aider ?"),
    ("assistance", "Do you know who is responsible for the chemistry mailing list?"),
    ("!complaint", "Please find attached the minutes of Tuesday's meeting about the new spam filter."),
    ("!complaint", "The talk on phishing and how to recognise it takes place on Monday at ten."),
    (
        "!complaint",
        "Wir haben am Freitag Wartung an der Firewall; Angriffe auf unser Netz nehmen zu, seien Sie vorsichtig.",
    ),
    ("!complaint", "Merci pour votre aide, tout fonctionne à nouveau."),
    ("!complaint", "Could you raise the quota of my mailbox? It is full of spam."),
    ("!complaint", "Your invoice 4711 is attached. Please pay within 14 days."),
    ("!complaint", "Le tapis est arrivé, il est rouge. Nous vous écrirons bientôt."),
];

#[test]
fn what_people_write_is_understood_beyond_the_samples() {
    let wrong: Vec<_> = OTHERS
        .iter()
        .filter_map(|(wanted, text)| {
            let head = "From: ann@home.test\nTo: postmaster@college.test\nSubject: hello\nContent-Type: text/plain; charset=utf-8";
            let kind = read(format!("{head}\n\n{text}\n").as_bytes(), &Site::default()).kind;
            let good = wanted.strip_prefix('!').map_or_else(|| kind.as_str() == *wanted, |not| kind.as_str() != not);
            (!good).then(|| format!("{kind}: {text}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
