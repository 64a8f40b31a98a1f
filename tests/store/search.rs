use postdesk::store::{
    Store,
    search::{find, fold, index},
};

use super::{on_both, view, work};

async fn add(store: &Store, message: i64, ticket: i64, text: &str) {
    let words = fold(text);
    work!(store, w => index(&mut w, message, ticket, &words));
}

async fn found(store: &Store, words: &str) -> Vec<i64> {
    view!(store, v => find(&mut v, words, 100))
}

on_both!(words_are_found_whatever_their_case_and_accents, |store| {
    add(&store, 1, 10, "Beschwerde über SPAM aus Ihrem Netz, Straße 5").await;
    add(&store, 2, 20, "Ünïcode: Ελληνικά, кириллица, 日本語 mail-123@example.org").await;
    for words in ["über", "ÜBER", "uber", "spam netz", "strasse", "straße", "bescHWERde 5", "Besch"] {
        assert_eq!(found(&store, words).await, [10], "{words}");
    }
    for words in ["ελληνικα", "КИРИЛЛИЦА", "日本", "mail 123", "example.org", "UNICODE"] {
        assert_eq!(found(&store, words).await, [20], "{words}");
    }
    for words in ["eschwerde", "spam ελληνικα", "nothing", ""] {
        assert_eq!(found(&store, words).await, Vec::<i64>::new(), "{words}");
    }
});

on_both!(newest_message_first_each_ticket_once, |store| {
    for (message, ticket) in [(1, 10), (2, 20), (3, 10), (4, 30), (5, 10)] {
        add(&store, message, ticket, "spam").await;
    }
    assert_eq!(found(&store, "spam").await, [10, 30, 20]);
    assert_eq!(view!(store, v => find(&mut v, "spam", 2)), [10, 30]);
    add(&store, 4, 40, "ham").await;
    assert_eq!(found(&store, "spam").await, [10, 20], "indexed again, the old words are gone");
    assert_eq!(found(&store, "ham").await, [40]);
});

on_both!(hostile_texts_are_indexed_and_sought, |store| {
    let million = "word ".repeat(1 << 18);
    let distinct: String = (0..200_000).flat_map(|n| [format!("w{n}"), " ".into()]).collect();
    // Compatibility forms grow many times over when they are folded.
    let growing: String = (0..9_000).flat_map(|n| [n.to_string(), "㌖㌖㌖㌖㌖㌖㌖ ".into()]).collect();
    let texts = [
        "",
        "\0",
        "null\0byte",
        "\u{202e}\u{feff}",
        &million,
        &distinct,
        &growing,
        &"x".repeat(1 << 20),
        "' \" : * & | ! ( ) \\ <->",
    ];
    for (message, text) in (1..).zip(texts) {
        add(&store, message, message, text).await;
    }
    assert_eq!(found(&store, "null byte").await, [3]);
    assert_eq!(found(&store, "word").await, [5]);
    assert_eq!(found(&store, "w77").await, [6]);
    for words in [
        "'",
        "\"",
        "a' | 'b",
        "\0",
        "a:*",
        "NOT",
        "AND OR NEAR",
        "a\" OR \"b",
        "\\",
        &"long ".repeat(5_000),
        &"x".repeat(100_000),
    ] {
        view!(store, v => find(&mut v, words, 10));
    }
    assert_eq!(found(&store, "NOT").await, Vec::<i64>::new(), "a word, no operator");
});
