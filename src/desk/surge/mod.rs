//! Many errors at once may be a fault (D6): one ticket an incident, kept up to date, closed when a day was normal.

mod act;
mod watch;
mod words;

pub use self::{
    act::act,
    watch::{Watch, rhythm, watch},
    words::{one_in, sentence, times},
};
