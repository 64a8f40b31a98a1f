//! Whether the database answers, and how its schema stands.

use super::Finding;
use crate::{
    app,
    config::Config,
    store::{self, Schema, Store, StoreError},
};

/// Opens the database and looks at its schema.
pub(super) async fn database(config: &Config) -> Vec<Finding> {
    let what = "database";
    let store = match app::open(config).await {
        Ok(store) => store,
        Err(error) => return vec![unreachable(&error)],
    };
    let finding = match store.schema().await {
        Ok(Schema::Current) => Finding::good(what, format!("{} answers, the schema is up to date", store.engine())),
        Ok(Schema::Older) => Finding::bad(
            what,
            format!("{} answers, but its schema is older than this version", store.engine()),
            "Run `postdesk migrate`; `postdesk serve` does it by itself",
        ),
        Ok(Schema::Newer) => Finding::bad(
            what,
            format!("{} answers, but its schema is newer than this version", store.engine()),
            "Install the newer version of postdesk",
        ),
        Err(error) => unreachable(&error),
    };
    let mut findings = vec![finding];
    if findings[0].ok {
        findings.extend(accounts(&store).await);
    }
    store.close().await;
    findings
}

fn unreachable(error: &StoreError) -> Finding {
    Finding::bad("database", error.to_string(), "Look at `[database] url`, at the server, and at who may use the file")
}

async fn accounts(store: &Store) -> Option<Finding> {
    let mut view = store.read().await.ok()?;
    match store::account::any(&mut view).await {
        Ok(true) => None,
        _ => Some(Finding::bad(
            "accounts",
            "there is no account yet, so nobody can sign in",
            "Run `postdesk account add --login L --name N --email E --role administrator --password-stdin`",
        )),
    }
}
