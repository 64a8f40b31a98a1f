//! A text as a picture that a telephone reads, drawn as one SVG path.

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// The light margin that readers need, in modules.
const MARGIN: i32 = 4;

/// A picture. No `Debug`: it may hold a secret.
pub(super) struct Qr {
    /// `viewBox`.
    pub frame: String,
    /// The dark modules.
    pub path: String,
}

impl Qr {
    /// Draws a text; `None` if it is too long.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let size = code.size();
        let mut path = String::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let run = (x..size).take_while(|at| code.get_module(*at, y)).count();
                let run = i32::try_from(run).unwrap_or_default();
                if run > 0 {
                    let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        let whole = size + 2 * MARGIN;
        Some(Self { frame: format!("-{MARGIN} -{MARGIN} {whole} {whole}"), path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_corners_are_those_of_every_such_picture() {
        let qr = Qr::of("otpauth://totp/College:ada?secret=GEZDGNBVGY3TQOJQ").unwrap();
        // The finder in the upper left is seven modules wide.
        assert!(qr.path.starts_with("M0 0h7v1h-7z"), "{}", qr.path);
        assert!(qr.frame.starts_with("-4 -4 "), "{}", qr.frame);
        assert!(Qr::of(&"x".repeat(3_000)).is_none());
    }
}
