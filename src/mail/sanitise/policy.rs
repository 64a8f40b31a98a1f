//! The second pass: what ammonia lets through.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

use super::nesting;

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut policy = Builder::empty();
    policy
        .tags(nesting::kept().collect())
        .clean_content_tags(HashSet::from(["script", "style", "title", "textarea", "svg", "math", "iframe"]))
        .generic_attributes(HashSet::from(["dir"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt", "width", "height"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true)
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("a", "href") => is_link(value).then_some(Cow::Borrowed(value)),
            ("img", "src") => is_inline_image(value).then_some(Cow::Borrowed(value)),
            // An address nowhere else.
            (_, "href" | "src") => None,
            _ => Some(Cow::Borrowed(value)),
        });
    policy
});

pub(super) fn clean(html: &str) -> String {
    POLICY.clean(html).to_string()
}

fn is_link(value: &str) -> bool {
    let value = value.trim_start().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| value.starts_with(scheme))
}

fn is_inline_image(value: &str) -> bool {
    ["png", "jpeg", "gif", "webp"].iter().any(|kind| {
        value
            .strip_prefix("data:image/")
            .and_then(|rest| rest.strip_prefix(kind))
            .and_then(|rest| rest.strip_prefix(";base64,"))
            .is_some_and(|data| data.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')))
    })
}
