//! Rights for tests that call the desk without a request.

use crate::{access::Rights, web::Web};

/// The rights of an account.
pub(in crate::web) async fn rights_of(web: &Web, login: &str) -> Rights {
    let mut view = web.store.read().await.unwrap();
    let account = crate::store::account::by_login(&mut view, login).await.unwrap().unwrap();
    crate::access::grant(&account)
}
