//! Text folded for phrases: lower case, one blank between words, quotation marks and dashes made plain.

/// Folds text. Line ends become blanks, so that a phrase is found across a wrapped line.
pub(crate) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for c in text.chars() {
        let c = match c {
            '\u{2018}' | '\u{2019}' | '`' | '´' => '\'',
            '\u{2010}'..='\u{2014}' => '-',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
            c => c,
        };
        if c.is_whitespace() || c.is_control() {
            if !blank {
                out.push(' ');
                blank = true;
            }
        } else {
            blank = false;
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
        }
    }
    out
}

/// Folds and leaves accents out: `Empfänger` is `empfanger`. People leave them out, too.
pub(crate) fn plain(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
    let folded = words(text);
    if folded.is_ascii() {
        return folded;
    }
    let mut out = String::with_capacity(folded.len());
    for c in folded.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => out.push_str("ss"),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'đ' => out.push('d'),
            c => out.push(c),
        }
    }
    out
}
