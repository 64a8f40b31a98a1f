//! Which elements may stand, and which end when another begins.

/// Elements that are written anew under their own name.
const KEPT: [&str; 59] = [
    "a",
    "abbr",
    "address",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "wbr",
];
/// Blocks that are written as `div`, so that their text stays apart.
const BLOCKS: [&str; 13] = [
    "article", "aside", "center", "details", "dir", "fieldset", "footer", "form", "header", "main", "nav", "section",
    "summary",
];

/// The name under which an element is written; `None` if only its content is.
pub(super) fn written(name: &str) -> Option<&'static str> {
    if BLOCKS.contains(&name) {
        return Some("div");
    }
    KEPT.binary_search(&name).ok().and_then(|at| KEPT.get(at)).copied()
}

/// Names of all elements that may stand in the result.
pub(super) fn kept() -> impl Iterator<Item = &'static str> {
    KEPT.into_iter()
}

/// Elements without content.
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr" | "col")
}

/// Table parts hold in what is opened inside of them.
fn is_wall(name: &str) -> bool {
    matches!(name, "table" | "td" | "th" | "caption")
}

fn is_table_part(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "caption" | "colgroup")
}

/// How many of the open elements stay open when `name` is closed; `None` if it is not open here.
pub(super) fn left_by_closing<'a>(
    open: impl DoubleEndedIterator<Item = &'a str> + ExactSizeIterator,
    name: &str,
) -> Option<usize> {
    for (at, one) in open.enumerate().rev() {
        if one == name {
            return Some(at);
        }
        if is_wall(one) && (!is_table_part(name) || one == "table") {
            return None;
        }
    }
    None
}

/// How many of the open elements stay open when `name` begins (WHATWG HTML §13.1.2.4, optional end tags).
pub(super) fn left_by_opening<'a>(
    open: impl DoubleEndedIterator<Item = &'a str> + ExactSizeIterator,
    name: &str,
) -> usize {
    let (ends, within): (&[&str], &[&str]) = match name {
        "li" => (&["li"], &["ul", "ol"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl"]),
        "td" | "th" => (&["td", "th", "caption"], &["tr", "table"]),
        "tr" => (&["tr", "caption", "colgroup"], &["tbody", "thead", "tfoot", "table"]),
        "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot", "caption", "colgroup"], &["table"]),
        "a" => (&["a"], &[]),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => (&["p", "h1", "h2", "h3", "h4", "h5", "h6"], &[]),
        "address" | "blockquote" | "div" | "dl" | "figcaption" | "figure" | "hr" | "ol" | "p" | "pre" | "table"
        | "ul" => (&["p"], &[]),
        _ => (&[], &[]),
    };
    let mut left = open.len();
    for (at, one) in open.enumerate().rev() {
        if ends.contains(&one) {
            left = at;
        } else if within.contains(&one) || (is_wall(one) && (one == "table" || !is_table_part(name))) {
            break;
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_is_in_order() {
        assert!(KEPT.is_sorted());
        assert_eq!(written("form"), Some("div"));
        assert_eq!(written("input"), None);
    }

    #[test]
    fn ends_stay_within_walls() {
        let open = ["div", "table", "tbody", "tr", "td", "p", "b"];
        assert_eq!(left_by_closing(open.into_iter(), "div"), None);
        assert_eq!(left_by_closing(open.into_iter(), "p"), Some(5));
        assert_eq!(left_by_closing(open.into_iter(), "tr"), Some(3));
        assert_eq!(left_by_opening(open.into_iter(), "td"), 4);
        assert_eq!(left_by_opening(open.into_iter(), "tr"), 3);
        assert_eq!(left_by_opening(open.into_iter(), "div"), 5);
        assert_eq!(left_by_opening(open.into_iter(), "table"), 5);
        assert_eq!(left_by_opening(open.into_iter(), "span"), 7);
        assert_eq!(left_by_opening(["ul", "li", "ul"].into_iter(), "li"), 3);
    }
}
