//! Somebody who does something with every mail that a console sends: a relay that hands each on, once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use postdesk::clock::Clock;

use crate::world::{Given, Relay, deliver};

/// A mail to be delivered: envelope sender, recipient, bytes.
pub(crate) type Mail = (String, String, Vec<u8>);

/// The robot; it ends with the test.
#[derive(Debug)]
pub(crate) struct Robot {
    pub(crate) relay: Relay,
    answered: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Robot {
    /// Does to each mail what `act` says, with its number.
    pub(crate) async fn start(act: impl Fn(usize, &Given) -> Option<Mail> + Send + 'static) -> Self {
        let relay = Relay::start(&[]).await;
        let answered = Arc::new(AtomicUsize::new(0));
        let (seen, done) = (relay.clone(), Arc::clone(&answered));
        let task = tokio::spawn(async move {
            let clock = Clock::machine();
            loop {
                let number = done.load(Ordering::SeqCst);
                let Some(given) = seen.given().into_iter().nth(number) else {
                    clock.sleep(Duration::from_millis(10)).await;
                    continue;
                };
                if let Some((from, to, bytes)) = act(number, &given) {
                    deliver(&from, &to, &bytes).await;
                }
                done.store(number + 1, Ordering::SeqCst);
            }
        });
        Self { relay, answered, task }
    }

    /// How many mails it has dealt with.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }
}

impl Drop for Robot {
    fn drop(&mut self) {
        self.task.abort();
    }
}
