//! The watch over one site: as the job does it, a look a minute, an incident until a day was normal.

use jiff::tz::TimeZone;
use postdesk::domain::surge::{Count, Look, MEMORY_HOURS, Recent, Rhythm, Span, Thresholds, looks, most_unusual};

use super::{
    chance::Chance,
    traffic::{DAY, Traffic},
};

/// A Monday's first minute, in 2024, so that the days of the simulation are those of a calendar.
const MONDAY: i64 = 1_704_067_200 / 60;
const DAYS_OF_MEMORY: usize = 60;

/// A watched site.
pub(crate) struct Watch {
    traffic: Traffic,
    chance: Chance,
    /// Days since its first.
    day: i64,
    days: Vec<Vec<Count>>,
    incidents: Vec<Span>,
    running: Option<i64>,
}

impl Watch {
    pub(crate) fn new(traffic: Traffic, seed: u64) -> Self {
        Self { traffic, chance: Chance::new(seed), day: 0, days: Vec::new(), incidents: Vec::new(), running: None }
    }

    /// The next day's errors, without a look at them.
    fn pass(&mut self) -> i64 {
        let first = self.day * DAY;
        let mut minutes = self.traffic.day(first, &mut self.chance);
        for minute in &mut minutes {
            minute.at += MONDAY;
        }
        self.days.push(minutes);
        if self.days.len() > DAYS_OF_MEMORY {
            self.days.remove(0);
        }
        self.day += 1;
        MONDAY + first
    }

    fn rhythm(&self, now: i64) -> Rhythm {
        let mut hours: Vec<Count> = Vec::new();
        for minute in self.days.iter().flatten().filter(|minute| minute.at / 60 < now / 60) {
            let at = minute.at / 60;
            match hours.last_mut().filter(|last| last.at == at) {
                Some(last) => (last.all, last.known) = (last.all + minute.all, last.known + minute.known),
                None => hours.push(Count { at, ..*minute }),
            }
        }
        let since = (MONDAY / 60).max(now / 60 - MEMORY_HOURS);
        Rhythm::learn(&hours, since, now / 60, &self.incidents, &TimeZone::UTC)
    }

    fn recent(&self) -> Recent {
        let last = self.days.len().saturating_sub(3);
        Recent::new(&self.days[last..].concat())
    }

    /// Lets days pass without a look.
    pub(crate) fn pass_days(&mut self, days: i64) {
        for _ in 0..days {
            self.pass();
        }
    }

    /// Watches the next day, a look each `step` minutes, and gives the looks that opened an incident.
    pub(crate) fn watch(&mut self, step: usize) -> Vec<Look> {
        let first = self.pass();
        let (rhythm, recent, thresholds) = (self.rhythm(first), self.recent(), Thresholds::default());
        let mut opened = Vec::new();
        for end in (first + 1..=first + DAY).step_by(step) {
            if let Some(unusual) = self.running {
                if looks(&rhythm, &recent, end).any(|look| look.goes_on(&thresholds)) {
                    self.running = Some(end);
                } else if end - unusual >= DAY {
                    self.running = None;
                    if let Some(last) = self.incidents.last_mut() {
                        last.to = unusual / 60 + 1;
                    }
                }
            } else if let Some(look) =
                most_unusual(looks(&rhythm, &recent, end).filter(|look| look.alarms(&thresholds)))
            {
                self.running = Some(end);
                self.incidents.push(Span { from: (end - look.window.minutes()) / 60, to: i64::MAX });
                opened.push(look);
            }
        }
        opened
    }

    /// Lets a day pass with ten errors about known addresses within ten minutes somewhere in it. Gives the minutes from the
    /// last of them to the look that found it; negative where fewer were enough; `None` if it was not found.
    pub(crate) fn surge(&mut self) -> Option<i64> {
        let first = self.pass();
        let rhythm = self.rhythm(first);
        let begin = first + 60 + self.chance.below(DAY - 120);
        let mut added: Vec<i64> = (0..10).map(|_| begin + self.chance.below(10)).collect();
        added.sort_unstable();
        let mut minutes = self.days.concat();
        minutes.extend(added.iter().map(|at| Count { at: *at, all: 1, known: 1 }));
        minutes.sort_by_key(|minute| minute.at);
        let (recent, thresholds) = (Recent::new(&minutes), Thresholds::default());
        let last = added[9] + 1;
        (begin + 1..last + 10)
            .find(|end| looks(&rhythm, &recent, *end).any(|look| look.alarms(&thresholds)))
            .map(|end| end - last)
    }
}
