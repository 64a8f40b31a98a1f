//! The returned original: its sender, and its Message-ID where it stands in the text below the report.

use crate::{
    domain::delivery::Action,
    reading::{
        finding::{Case, Finding},
        letter::{Fields, field},
    },
};

/// Fields looked at in an original quoted as text.
const QUOTED_FIELDS: usize = 200;

/// Adds what the returned message tells.
pub(super) fn complete(mut finding: Finding, case: &Case<'_>) -> Finding {
    if let Some(enclosed) = case.letter.enclosed().next() {
        finding.returned_sender = sender(enclosed.header);
        return missing_recipient(finding, enclosed.header);
    }
    let Some(below) = super::prose::original(case.text) else { return finding };
    let start = below.bytes().take_while(u8::is_ascii_whitespace).count();
    let (spans, _) = field::scan(below.as_bytes(), start, QUOTED_FIELDS);
    let header = Fields::new(below.as_bytes(), &spans);
    finding.returned_sender = sender(header);
    finding.enclosed_ids.extend(header.ids("message-id", 1));
    missing_recipient(finding, header)
}

fn sender(header: Fields<'_>) -> Option<String> {
    header
        .mailboxes("return-path", 1)
        .into_iter()
        .chain(header.mailboxes("from", 1))
        .map(|m| m.address)
        .find(|address| address.contains('@'))
}

/// A failure whose recipient is not named went to the one the original was written to, if it was one.
fn missing_recipient(mut finding: Finding, header: Fields<'_>) -> Finding {
    let to = header.mailboxes("to", 2);
    if let ([only], [delivery]) = (to.as_slice(), finding.deliveries.as_mut_slice())
        && delivery.recipient.is_empty()
        && delivery.action == Action::Failed
        && only.address.contains('@')
    {
        delivery.recipient.clone_from(&only.address);
    }
    finding.deliveries.retain(|d| !d.recipient.is_empty());
    finding
}
