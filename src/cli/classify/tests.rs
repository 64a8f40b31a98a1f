use super::*;

fn run(paths: &[PathBuf]) -> (bool, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let good = classify(paths, None, &mut out, &mut err).unwrap();
    (good, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn scratch(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("postdesk-classify-{}-{name}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    dir
}

#[test]
fn a_walk_passes_over_what_is_no_mail_but_a_named_file_is_read() {
    let dir = scratch("walk");
    for name in ["a.eml", ".hidden", "LICENSE-MIT", "README.md", "labels.tsv", "a.json", "b"] {
        fs::write(dir.join(name), "Subject: x\n\ny\n").unwrap();
    }
    let (good, out, err) = run(std::slice::from_ref(&dir));
    assert!(good, "{err}");
    assert_eq!(out.lines().count(), 2);
    let (_, named, _) = run(&[dir.join("a.json")]);
    assert_eq!(named.lines().count(), 1);
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_read() {
    let dir = scratch("missing");
    fs::write(dir.join("a.eml"), "Subject: x\n\ny\n").unwrap();
    let (good, out, err) = run(&[dir.join("gone"), dir.join("a.eml")]);
    assert!(!good);
    assert!(err.contains("gone"));
    assert_eq!(out.lines().count(), 1);
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn the_line_has_the_promised_fields() {
    let dir = scratch("fields");
    fs::write(dir.join("a.eml"), "Subject: x\n\ny\n").unwrap();
    let (_, out, _) = run(&[dir.join("a.eml")]);
    let line: serde_json::Value = serde_json::from_str(&out).unwrap();
    let mut names: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
    names.sort_unstable();
    assert_eq!(names, ["acknowledge", "deliveries", "evidence", "feedback", "kind", "path", "report"]);
    assert_eq!(line["acknowledge"]["decision"], "never");
    fs::remove_dir_all(dir).unwrap();
}
