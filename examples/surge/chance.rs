//! Chance that is the same each time it begins with the same number.

/// `SplitMix64`.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(crate) const fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between 0 and 1, both not reached.
    pub(crate) fn share(&mut self) -> f64 {
        let high = u32::try_from(self.any() >> 32).unwrap_or(u32::MAX);
        (f64::from(high) + 0.5) / 4_294_967_296.0
    }

    /// A whole number below `end`.
    pub(crate) fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.any() % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.share().ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos()
    }

    /// Poisson, by counting waits; a large mean in parts.
    pub(crate) fn poisson(&mut self, mean: f64) -> i64 {
        let (mut left, mut number) = (mean, 0);
        while left > 0.0 {
            let part = left.min(30.0);
            let (end, mut product) = ((-part).exp(), self.share());
            while product > end {
                number += 1;
                product *= self.share();
            }
            left -= part;
        }
        number
    }

    /// Gamma with scale 1 (Marsaglia and Tsang).
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.share().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.share().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// The logarithmic series distribution: sizes of clumps whose sum is negative binomial.
    pub(crate) fn clump(&mut self, p: f64) -> i64 {
        let (mut left, mut size, mut k) = (self.share(), 1, 1.0);
        let mut term = -p / (1.0 - p).ln();
        while left > term && size < 1_000 {
            left -= term;
            term *= p * k / (k + 1.0);
            k += 1.0;
            size += 1;
        }
        size
    }
}
