//! Pages: everything is escaped, nothing is inline. The content security policy would refuse it anyway; here it is seen
//! before a browser does.

use super::{rule::holds, source::Source};

#[test]
fn nothing_is_called_safe() {
    let breach = |file: &Source| {
        let squeezed: String = file.text.chars().filter(|c| !c.is_whitespace()).collect();
        let found =
            ["|safe", "{%autoescape", "{%filter", "escape(\"none\")"].iter().find(|word| squeezed.contains(**word));
        found.map(|word| format!("says {word}"))
    };
    let caught = [("templates/a.html", "{{ body | safe }}"), ("templates/a.html", "{{ body|safe }}")];
    holds(&Source::below("templates", ".html"), breach, &caught, &[("templates/a.html", "{{ body }} is safe")]);
    let breach = |file: &Source| {
        let code = file.code();
        ["escape = \"none\"", "MarkupDisplay", "filters::Safe", "HtmlSafe for"]
            .iter()
            .find(|w| code.contains(**w))
            .map(|w| format!("says {w}"))
    };
    let caught = [("src/web/page.rs", "#[template(path = \"x.html\", escape = \"none\")]")];
    holds(&Source::below("src/web", ".rs"), breach, &caught, &[("src/web/page.rs", "#[template(path = \"x.html\")]")]);
}

/// The tags of a page, without what stands between them.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default())
}

/// Whether a tag has an attribute of inline script or style.
fn inline(tag: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let name = lower.split_whitespace().next().unwrap_or_default();
    if name == "style" || (name == "script" && !lower.contains("src=")) {
        return Some(format!("<{name}> without a file"));
    }
    if lower.contains("javascript:") {
        return Some("javascript:".to_owned());
    }
    let mut attributes = lower
        .split(|c: char| c.is_whitespace() || c == '"' || c == '\'')
        .filter_map(|word| word.split_once('=').map(|(name, _)| name));
    attributes
        .find(|name| {
            *name == "style"
                || name
                    .strip_prefix("on")
                    .is_some_and(|rest| rest.len() > 2 && rest.bytes().all(|b| b.is_ascii_lowercase()))
        })
        .map(|name| format!("{name}= inline"))
}

#[test]
fn no_style_or_script_is_inline() {
    let breach = |file: &Source| tags(&file.text).find_map(inline);
    let caught = [
        ("templates/a.html", "<style>p { color: red }</style>"),
        ("templates/a.html", "<script>alert(1)</script>"),
        ("templates/a.html", "<p class=\"x\" style=\"color: red\">"),
        ("templates/a.html", "<button onclick=\"go()\">"),
        ("templates/a.html", "<a href=\"JavaScript:go()\">"),
    ];
    let fine = [
        ("templates/a.html", "<script type=\"module\" src=\"/static/js/live.js\"></script><p class=\"style\">"),
        ("templates/a.html", "<input name=\"on\" value=\"once=1\"><p>style=x"),
    ];
    holds(&Source::below("templates", ".html"), breach, &caught, &fine);
}

#[test]
fn every_form_that_posts_carries_the_token() {
    let breach = |file: &Source| {
        let forms = file.text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or_default());
        let bare = |form: &&str| {
            let lower = form.to_ascii_lowercase();
            lower.split('>').next().unwrap_or_default().contains("method=\"post\"")
                && !lower.contains("csrf")
                && !lower.contains("token")
        };
        let mut bare_forms = forms.filter(bare);
        bare_forms
            .next()
            .map(|form| format!("a form without the session's token:{}", form.chars().take(60).collect::<String>()))
    };
    let caught = [("templates/a.html", "<form method=\"post\" action=\"/sign-in\"><button>Go</button></form>")];
    let fine = [
        ("templates/a.html", "<form method=\"post\"><input type=\"hidden\" name=\"csrf\"></form>"),
        ("templates/a.html", "<form method=\"get\"></form>"),
    ];
    holds(&Source::below("templates", ".html"), breach, &caught, &fine);
}
