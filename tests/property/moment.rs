use std::time::Duration;

use postdesk::domain::time::Moment;
use proptest::prelude::*;

proptest! {
    #[test]
    fn spans_there_and_back(millis in 0..253_402_207_200_000_i64, span in 0..4_000_000_000_000_u64) {
        let (moment, span) = (Moment::from_millis(millis), Duration::from_millis(span));
        let later = moment.plus(span);
        prop_assert!(later >= moment);
        prop_assert!(later.since(moment) <= span);
        prop_assert_eq!(moment.since(later), Duration::ZERO);
        prop_assert_eq!(moment.plus(later.since(moment)), later);
        prop_assert!(moment.minus(span) <= moment);
        prop_assert_eq!(moment.minus(span).plus(moment.since(moment.minus(span))), moment);
    }

    #[test]
    fn nothing_panics_or_wraps(millis in any::<i64>(), secs in any::<i64>(), span in any::<Duration>()) {
        for moment in [Moment::from_millis(millis), Moment::from_secs(secs)] {
            prop_assert!((0..=253_402_207_200_000).contains(&moment.millis()));
            prop_assert!(moment.plus(span) >= moment);
            prop_assert!(moment.minus(span) <= moment);
            prop_assert!(!moment.rfc3339().is_empty());
        }
    }

    #[test]
    fn rfc3339_keeps_the_second_and_the_order(one in 0..253_402_207_200_i64, two in 0..253_402_207_200_i64) {
        let (first, second) = (Moment::from_secs(one), Moment::from_secs(two));
        prop_assert_eq!(Moment::parse_rfc3339(&first.rfc3339()), Some(first));
        prop_assert_eq!(first.cmp(&second), first.rfc3339().cmp(&second.rfc3339()));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Moment::parse_rfc3339(&text);
    }
}
