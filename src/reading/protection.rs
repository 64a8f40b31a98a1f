//! Signed and encrypted mail is said to be so: what cannot be read is not taken for mail that says nothing. No signature
//! is checked here.

use super::letter::{Letter, Shape};
use crate::domain::evidence::Evidence;

/// Bytes of the text searched for inline PGP.
const TEXT_BYTES: usize = 64 << 10;

/// What protects the message, by RFC 3156, RFC 8551, or PGP's own lines in the text.
pub(super) fn read(letter: &Letter<'_>, text: &str) -> Vec<Evidence> {
    let mut found = Vec::new();
    for (id, part) in letter.parts().filter(|(_, part)| !part.enclosed) {
        let rule = match part.media_type.as_str() {
            "application/pgp-encrypted" => "protection.pgp-encrypted",
            "application/pgp-signature" => "protection.pgp-signed",
            "application/pkcs7-signature" | "application/x-pkcs7-signature" => "protection.smime-signed",
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => opaque(letter, id),
            _ if part.shape == Shape::Leaf && part.name.to_ascii_lowercase().ends_with(".p7m") => opaque(letter, id),
            _ => continue,
        };
        found.push(Evidence::new(rule, format!("part {id}"), &part.media_type));
    }
    let text = super::letter::field_cut(text, TEXT_BYTES);
    for (line, rule) in [
        ("-----BEGIN PGP MESSAGE-----", "protection.pgp-encrypted"),
        ("-----BEGIN PGP SIGNED MESSAGE-----", "protection.pgp-signed"),
    ] {
        if text.starts_with(line) || text.contains(&format!("\n{line}")) {
            found.push(Evidence::new(rule, "text", line));
        }
    }
    found.dedup_by(|a, b| a.rule == b.rule);
    found.truncate(4);
    found
}

/// Object identifiers of CMS (RFC 5652), as their bytes stand in the file.
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const AUTHENTICATED_ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";

/// A `.p7m` holds signed or encrypted content; its first bytes say which, and the parameter only where they do not.
fn opaque(letter: &Letter<'_>, id: usize) -> &'static str {
    let head = letter.content_head(id);
    let has = |oid: &[u8]| head.windows(oid.len()).any(|window| window == oid);
    if has(SIGNED_DATA) {
        return "protection.smime-signed-opaque";
    }
    if has(ENVELOPED_DATA) || has(AUTHENTICATED_ENVELOPED_DATA) {
        return "protection.smime-encrypted";
    }
    let said = letter.fields(id).text("content-type").unwrap_or_default().to_ascii_lowercase();
    if said.contains("signed-data") { "protection.smime-signed-opaque" } else { "protection.smime-encrypted" }
}

#[cfg(test)]
mod tests {
    use crate::{domain::site::Site, reading::read};

    fn rules(mail: &str) -> Vec<String> {
        let reading = read(mail.as_bytes(), &Site::default());
        reading.evidence.into_iter().map(|e| e.rule).filter(|rule| rule.starts_with("protection.")).collect()
    }

    #[test]
    fn protection_is_named() {
        let mail = |head: &str, body: &str| format!("From: ann@home.test\nSubject: x\n{head}\n{body}\n");
        let part = |media_type: &str| {
            mail(
                "Content-Type: multipart/signed; boundary=x\n",
                &format!("--x\n\nhello\n--x\nContent-Type: {media_type}\n\nAAAA\n--x--"),
            )
        };
        assert_eq!(rules(&part("application/pgp-signature")), ["protection.pgp-signed"]);
        assert_eq!(rules(&part("application/x-pkcs7-signature; name=smime.p7s")), ["protection.smime-signed"]);
        assert_eq!(rules(&part("application/pgp-encrypted")), ["protection.pgp-encrypted"]);
        assert_eq!(rules(&mail("", "-----BEGIN PGP MESSAGE-----\n\nhQ\n")), ["protection.pgp-encrypted"]);
        assert_eq!(rules(&mail("", "-----BEGIN PGP SIGNED MESSAGE-----\n\nhi\n")), ["protection.pgp-signed"]);
        assert_eq!(rules(&mail("", "> -----BEGIN PGP MESSAGE-----\n")), Vec::<String>::new());
        // ContentInfo of signedData and of envelopedData.
        for (body, rule) in [
            ("MIIBCwYJKoZIhvcNAQcCoIH9", "protection.smime-signed-opaque"),
            ("MIIBCwYJKoZIhvcNAQcDoIH9", "protection.smime-encrypted"),
        ] {
            let head = "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n";
            assert_eq!(rules(&mail(head, body)), [rule]);
            let typeless =
                "Content-Type: application/octet-stream; name=smime.p7m\nContent-Transfer-Encoding: base64\n";
            assert_eq!(rules(&mail(typeless, body)), [rule]);
        }
        let said = "Content-Type: application/pkcs7-mime; smime-type=signed-data\n";
        assert_eq!(rules(&mail(said, "x")), ["protection.smime-signed-opaque"]);
    }
}
