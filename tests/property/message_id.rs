use postdesk::domain::our_message_id::MessageIdKey;
use proptest::prelude::*;

proptest! {
    #[test]
    fn ours_are_read_back(id in any::<i64>(), secret in prop::collection::vec(any::<u8>(), 0..80), domain in "[a-z0-9.-]{1,60}") {
        let key = MessageIdKey::new(secret);
        let written = key.write(id, &domain);
        prop_assert_eq!(key.read(&written), Some(id));
        prop_assert_eq!(key.read(&format!(" <{written}> ")), Some(id));
    }

    #[test]
    fn one_changed_character_makes_it_a_stranger(id in 0..i64::MAX, place in any::<prop::sample::Index>(), to in "[!-~]") {
        let key = MessageIdKey::new(vec![7; 32]);
        let written = key.write(id, "college.test");
        let place = place.index(written.len());
        let changed = format!("{}{to}{}", &written[..place], &written[place + 1..]);
        // A bracket at an end is trimmed away, and then a character is missing.
        prop_assert!(changed == written || key.read(&changed).is_none(), "{} was read as {:?}", changed, key.read(&changed));
    }

    #[test]
    fn another_installation_s_is_a_stranger(id in any::<i64>(), one in any::<[u8; 32]>(), two in any::<[u8; 32]>()) {
        prop_assume!(one != two);
        let written = MessageIdKey::new(one.to_vec()).write(id, "college.test");
        prop_assert_eq!(MessageIdKey::new(two.to_vec()).read(&written), None);
    }

    #[test]
    fn any_text_is_a_stranger(text in any::<String>()) {
        prop_assert_eq!(MessageIdKey::new(vec![7; 32]).read(&text), None);
    }
}
