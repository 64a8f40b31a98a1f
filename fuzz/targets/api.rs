//! The API: any path and query below `/api/v1`, any method, any body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postdesk_fuzz::console;

const DOORS: [&str; 7] = ["tickets?", "tickets/", "messages?", "not-imported?", "delivery-errors?", "", "domains/"];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "HEAD"];

fuzz_target!(|input: (u8, u8, &str, Vec<u8>)| {
    let (door, method, rest, body) = input;
    let door = DOORS[usize::from(door) % DOORS.len()];
    let method = METHODS[usize::from(method).saturating_sub(200) % METHODS.len()];
    console().hold(method, &format!("/api/v1/{door}{rest}"), body);
});
