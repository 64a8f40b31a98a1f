//! A browser without JavaScript: keeps cookies, sends forms with their hidden fields, says where it comes from.

use std::collections::BTreeMap;

use super::harness::{Console, PASSWORD, client};

/// One browser.
#[derive(Debug)]
pub(crate) struct Visitor {
    client: reqwest::Client,
    origin: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The hidden fields of the form with this action.
    pub(crate) fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let text = self.text();
        let forms = text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or_default());
        let form =
            forms.into_iter().find(|form| form.split('>').next().is_some_and(|tag| attribute(tag, "action") == action));
        let form = form.unwrap_or_else(|| panic!("no form for {action} in\n{text}"));
        let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
        let hidden = inputs.filter(|tag| attribute(tag, "type") == "hidden");
        hidden.map(|tag| (attribute(tag, "name"), attribute(tag, "value"))).collect()
    }

    /// Where the forms of the page lead.
    pub(crate) fn actions(&self) -> Vec<String> {
        let text = self.text();
        text.split("<form")
            .skip(1)
            .map(|rest| attribute(rest.split('>').next().unwrap_or_default(), "action"))
            .collect()
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let found = tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    found.replace("&#34;", "\"").replace("&#38;", "&").replace("&amp;", "&")
}

impl Visitor {
    pub(crate) fn new(console: &Console) -> Self {
        Self::at(&console.origin)
    }

    /// At another process's address.
    pub(crate) fn at(origin: &str) -> Self {
        Self { client: client(), origin: origin.to_owned(), cookies: BTreeMap::new() }
    }

    /// One who has signed in.
    pub(crate) async fn signed_in(console: &Console, login: &str) -> Self {
        let mut visitor = Self::new(console);
        let answer = visitor.sign_in(login, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        visitor
    }

    /// Types login and password into the page.
    pub(crate) async fn sign_in(&mut self, login: &str, password: &str) -> Page {
        self.submit("/sign-in", "/sign-in", &[("login", login), ("password", password)]).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.origin));
        self.send(request).await
    }

    /// Opens a page and sends its form to `action`, hidden fields and all.
    pub(crate) async fn submit(&mut self, page: &str, action: &str, typed: &[(&str, &str)]) -> Page {
        let shown = self.get(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.text());
        let mut fields = shown.hidden(action);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(action, &fields, &[]).await
    }

    /// Posts fields as they are, with other headers where named.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(String, String)], headers: &[(&str, &str)]) -> Page {
        let mut all = BTreeMap::from([("origin", self.origin.clone()), ("sec-fetch-site", "same-origin".to_owned())]);
        all.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let mut request = self.client.post(format!("{}{path}", self.origin)).form(fields);
        for (name, value) in all.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, value);
        }
        self.send(request).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let answer = request.header("cookie", cookies).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for set in headers.get_all("set-cookie") {
            let text = set.to_str().expect("a cookie");
            let (name, value) = text.split(';').next().and_then(|pair| pair.split_once('=')).expect("name and value");
            if value.is_empty() || text.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Page { status, headers, body: answer.bytes().await.expect("a body").to_vec() }
    }
}
