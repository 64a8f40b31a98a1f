use std::fmt::Write as _;

use super::*;

const PNG: [u8; 12] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 0];

fn clean(html: &str) -> String {
    let document = sanitise(html, |_| None);
    let (_, body) = document.split_once("<body>").expect("a body");
    body.strip_suffix("</body></html>").expect("an end").to_owned()
}

fn with_image(html: &str, media_type: &str, bytes: &[u8]) -> String {
    sanitise(html, |cid| (cid == "logo@x").then(|| (media_type.to_owned(), bytes.to_vec())))
}

#[test]
fn harmless_html_stays() {
    assert_eq!(clean("<p>Hello <b>World</b> &amp; <i>all</i></p>"), "<p>Hello <b>World</b> &amp; <i>all</i></p>");
    assert_eq!(clean("1 < 2 > 1"), "1 &lt; 2 &gt; 1");
    let table = "<table><tbody><tr><td colspan=\"2\">a</td><td>b</td></tr></tbody></table>";
    assert_eq!(clean("<table><tr><td colspan=2>a<td>b</table>"), table);
    assert_eq!(clean("<ul><li>a<li>b</ul>"), "<ul><li>a</li><li>b</li></ul>");
    assert_eq!(clean("<p>a<p>b"), "<p>a</p><p>b</p>");
    assert_eq!(clean("a<!-- - -- -->b<!-->c<!--->d<!-- --!>e<!---- -->f<!-- x --->g"), "abcdefg");
    assert_eq!(clean("<section>a</section>b"), "<div>a</div>b");
}

#[test]
fn nothing_runs() {
    for hostile in [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<body onload=alert(1)>",
        "<div onclick='alert(1)' onmouseover=alert(1)>x</div>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
        "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "<base href='javascript:alert(1)//'>",
        "<link rel=stylesheet href=//evil.test/x.css>",
        "<template><img src=x onerror=alert(1)></template>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<!---><img src=x onerror=alert(1)>-->",
        "<!-- ---><img src=x onerror=alert(1)> -->",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "<xmp><img src=x onerror=alert(1)></xmp>",
        "<title><img src=x onerror=alert(1)></title>",
        "<textarea><img src=x onerror=alert(1)></textarea>",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<?xml version='1.0'?><img src=x onerror=alert(1)>",
        "<img src=x onerror=alert(1)",
        "<a title='><script>alert(1)</script>'>x</a>",
    ] {
        let out = clean(hostile).to_lowercase();
        for bad in ["<script", "onerror=", "onload=", "onclick=", "<svg", "<iframe", "<img", "<meta", "<base", "<link"]
        {
            // As text it may be read; as a tag or an attribute it must not be there.
            let tag = out.match_indices(bad).any(|(at, _)| bad.starts_with('<') || inside_tag(&out, at));
            assert!(!tag, "{bad} from {hostile}: {out}");
        }
    }
}

fn inside_tag(html: &str, at: usize) -> bool {
    let before = &html[..at];
    before.rfind('<') > before.rfind('>')
}

#[test]
fn forms_are_text() {
    let out = clean("<form action=https://evil.test><input name=password value=x><button>Go</button></form>");
    assert_eq!(out, "<div>Go</div>");
}

#[test]
fn remote_images_and_styles_go() {
    assert_eq!(clean("<img src=https://evil.test/p.gif>"), "");
    assert_eq!(clean("<img src='//evil.test/p.gif' alt='Our <logo>'>"), "[Our &lt;logo&gt;]");
    assert_eq!(clean("<img src='data:image/svg+xml;base64,PHN2Zz4='>"), "");
    assert_eq!(clean("<img src='data:image/png;base64,AAAA'>"), "");
    assert_eq!(clean("<p style='background:url(https://evil.test)'>x</p>"), "<p>x</p>");
    assert_eq!(clean("<p style='position:f\\69xed;top:0'>x</p>"), "<p>x</p>");
    assert_eq!(clean("<style>@import 'https://evil.test'; p{color:red}</style>x"), "x");
    assert_eq!(clean("<table background=https://evil.test><tr><td>x</td></tr></table>").matches("evil").count(), 0);
    assert_eq!(clean("<video poster=https://evil.test><source src=https://evil.test></video>x"), "x");
}

#[test]
fn links_show_where_they_lead() {
    let rel = "target=\"_blank\" rel=\"noopener noreferrer nofollow\"";
    assert_eq!(
        clean("<a href='https://evil.test/?a=1&amp;b=2' onclick=x()>your bank</a>"),
        format!(
            "<a href=\"https://evil.test/?a=1&amp;b=2\" {rel}>your bank</a> <small><bdi dir=\"ltr\">[https://evil.test/?a=1&amp;b=2]</bdi></small>"
        )
    );
    let plain = clean("<a href=\"http://a.test\">http://a.test</a>");
    assert_eq!(plain, format!("<a href=\"http://a.test\" {rel}>http://a.test</a>"));
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\tscript:alert(1)",
        "java&#x0A;script:alert(1)",
        "&#106;avascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.test",
        "/tickets/1/state",
        "cid:x",
    ] {
        let out = clean(&format!("<a href=\"{bad}\">x</a>"));
        assert!(!out.contains("href") && out.contains('x'), "{bad}: {out}");
    }
}

#[test]
fn inline_images_only_of_known_types_and_sizes() {
    let html = "<img src=\"cid:logo%40x\" alt=\"Logo\" width=20 height=99999 onerror=x>";
    let out = with_image(html, "image/png", &PNG);
    assert!(out.contains("<img src=\"data:image/png;base64,iVBORw0KGgoAAAAA\" alt=\"Logo\" width=\"20\">"), "{out}");
    for (media_type, bytes) in [
        ("image/svg+xml", b"<svg onload=alert(1)>".to_vec()),
        ("image/png", b"<svg>".to_vec()),
        ("text/html", PNG.to_vec()),
    ] {
        assert!(!with_image(html, media_type, &bytes).contains("<img"));
    }
    let mut large = PNG.to_vec();
    large.resize(201 << 10, 0);
    assert!(!with_image(html, "image/png", &large).contains("<img"));
    large.truncate(150 << 10);
    let many = with_image(&html.repeat(1_000), "image/png", &large);
    assert_eq!(many.matches("<img").count(), (2 << 20) / (150 << 10));
}

#[test]
fn deep_and_many_is_bounded_in_time_and_depth() {
    let deep = |open: &str| {
        let out = clean(&format!("{}bottom", open.repeat(100_000)));
        assert!(out.contains("bottom") || open.len() * 100_000 > MAX_BYTES, "{open}");
        let depth = out.split('<').fold((0_i64, 0_i64), |(now, most), piece| match piece.as_bytes().first() {
            Some(b'/') => (now - 1, most),
            Some(b) if b.is_ascii_lowercase() => (now + 1, most.max(now + 1)),
            _ => (now, most),
        });
        // A parser adds a tbody to each table.
        assert!(depth.1 <= 150, "{open}: depth {}", depth.1);
    };
    for open in ["<div>", "<b>", "<p><b>", "<table><tr><td>", "<a href=http://x.test>", "<ul><li>", "<span dir=rtl>"] {
        deep(open);
    }
    // Formatting that a parser would rebuild in every paragraph.
    let mut html = String::new();
    for n in 0..8_000 {
        let _ = write!(html, "<p><b dir=ltr><i><u><s><font color={n}></p>");
    }
    assert!(clean(&html).len() < 20 * MAX_BYTES);
    clean(&"<".repeat(MAX_BYTES));
    clean(&"<!--".repeat(MAX_BYTES / 4));
    clean(&"<!-- -->".repeat(MAX_BYTES / 8));
    clean(&"<!----".repeat(MAX_BYTES / 6));
    clean(&"<a ".repeat(MAX_BYTES / 3));
    clean(&"</p>".repeat(MAX_BYTES / 4));
    clean(&"<script></".repeat(MAX_BYTES / 10));
    clean(&"<svg></svg>".repeat(MAX_BYTES / 11));
    clean(&format!("<a href='https://x.test'>{}", "<a href='https://x.test'>".repeat(30_000)));
}

#[test]
fn long_input_is_cut_and_said() {
    let out = sanitise(&"ü".repeat(MAX_BYTES), |_| None);
    assert!(out.contains("The rest is not shown") && out.len() < MAX_BYTES + 1_000);
}

/// Turned round, `https://evil.test/?/moc.knab//:sptth` begins as a bank's address does.
#[test]
fn the_target_beside_a_link_cannot_be_turned_round() {
    let out = clean("<bdo dir=rtl><a href='https://evil.test/\u{202e}?/moc.knab//:sptth'>your bank</a></bdo>");
    assert!(
        out.contains("<small><bdi dir=\"ltr\">[https://evil.test/?/moc.knab//:sptth]</bdi></small>"),
        "on its own, and without marks: {out}"
    );
}
