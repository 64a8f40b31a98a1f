//! The routes, read from the router's own source: there is no second list that could be forgotten.

use axum::http::Method;

use crate::web::Web;

const SOURCE: &str = include_str!("../../router.rs");

/// A method at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub method: Method,
    /// As the router has it: `/tickets/{n}`.
    pub pattern: String,
}

impl Route {
    /// The names in braces.
    pub(super) fn names(&self) -> Vec<&str> {
        self.pattern.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    /// The path with each name in braces replaced.
    pub(super) fn path(&self, web: &Web, value: impl Fn(&str) -> String) -> String {
        if self.pattern.starts_with("/static/") {
            return format!("{}/app.css", web.assets.root());
        }
        self.names().iter().fold(self.pattern.clone(), |path, name| path.replace(&format!("{{{name}}}"), &value(name)))
    }
}

fn read(source: &str) -> Vec<Route> {
    let mut found = Vec::new();
    for rest in source.split(".route(").skip(1) {
        let mut quoted = rest.split('"');
        let pattern = quoted.nth(1).expect("a path in quotation marks");
        let after = &rest[rest.find(pattern).expect("it is there") + pattern.len()..];
        // The methods end where the next call on the router begins.
        let handlers = after.split("\n        .").next().expect("a beginning");
        let mut some = false;
        for (word, method) in [("get(", Method::GET), ("post(", Method::POST)] {
            if handlers.contains(&format!(" {word}")) || handlers.contains(&format!(".{word}")) {
                some = true;
                found.push(Route { method, pattern: pattern.to_owned() });
            }
        }
        assert!(some, "a route whose method this test does not know: {pattern} {handlers}");
    }
    found
}

/// All routes of the console.
pub(super) fn routes() -> Vec<Route> {
    let routes = read(SOURCE);
    // Whatever opens a route by another word would be overlooked.
    for other in [".nest(", ".route_service(", ".nest_service(", "any(", "put(", "patch(", "delete(", "on("] {
        assert!(!SOURCE.contains(other), "this test does not know {other}");
    }
    assert_eq!(SOURCE.matches(".merge(").count(), 1, "only the files are merged, and they are read as well");
    routes
}

#[test]
fn routes_are_read_from_the_source() {
    let source =
        "x\n        .route(\"/a/{n}\", get(a::b).post(a::c))\n        .route(\"/c\", post(x))\n        .layer(y)";
    let route = |method, pattern: &str| Route { method, pattern: pattern.into() };
    let wanted = [route(Method::GET, "/a/{n}"), route(Method::POST, "/a/{n}"), route(Method::POST, "/c")];
    assert_eq!(read(source), wanted);
    assert!(routes().contains(&route(Method::POST, "/sign-in")));
    assert!(routes().contains(&route(Method::GET, "/static/{build}/{*file}")));
}
