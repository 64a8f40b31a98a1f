//! The upper tail of the negative binomial distribution: how probable is this many or more?

/// Terms that are added one by one; what is beyond is bounded by a geometric series.
const TERMS: usize = 5_000;
/// A term this much smaller than the sum changes nothing any more.
const NOTHING: f64 = 1e-13;
/// The least variance by mean. Closer to 1 (Poisson) the size of the distribution grows without bound.
const LEAST_DISPERSION: f64 = 1.01;

/// Probability of `seen` or more of a negative binomial number with this mean and variance.
#[must_use]
pub fn at_least(seen: i64, mean: f64, variance: f64) -> f64 {
    if seen <= 0 {
        return 1.0;
    }
    let mean = mean.max(1e-9);
    let variance = variance.max(mean * LEAST_DISPERSION);
    let size = mean * mean / (variance - mean);
    // The number of failures before the `size`-th success, each a failure with this probability.
    let failure = mean / (mean + size);
    let exact = |k: f64| {
        let log =
            ln_gamma(k + size) - ln_gamma(k + 1.0) - ln_gamma(size) - size * (mean / size).ln_1p() + k * failure.ln();
        log.exp()
    };
    let seen = super::real(seen);
    if seen <= mean { (1.0 - below(seen, size, failure, &exact)).max(0.0) } else { from(seen, size, failure, &exact) }
}

/// The sum of the terms from `seen` up.
fn from(seen: f64, size: f64, failure: f64, exact: &impl Fn(f64) -> f64) -> f64 {
    let (mut k, mut term) = (seen, exact(seen));
    let mut sum = term;
    let mut ratio = 0.0;
    for _ in 0..TERMS {
        ratio = (k + size) / (k + 1.0) * failure;
        term *= ratio;
        sum += term;
        k += 1.0;
        if term < sum * NOTHING {
            return sum.min(1.0);
        }
    }
    // Each further ratio is nearer to `failure`: the larger of the two bounds the rest.
    let ratio = f64::max(ratio, failure);
    (sum + term * ratio / (1.0 - ratio)).min(1.0)
}

/// The sum of the terms below `seen`, from the largest down.
fn below(seen: f64, size: f64, failure: f64, exact: &impl Fn(f64) -> f64) -> f64 {
    let mut k = seen - 1.0;
    let mut term = exact(k);
    let mut sum = term;
    while k > 0.0 && term > sum * NOTHING {
        term *= k / ((k - 1.0 + size) * failure);
        sum += term;
        k -= 1.0;
    }
    sum.min(1.0)
}

/// The logarithm of the gamma function for positive numbers: Stirling's series, good to 1e-12 from 10 up, and the
/// recurrence below that.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let square = x * x;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / x;
    let half_ln_two_pi = 0.918_938_533_204_672_7;
    (x - 0.5) * x.ln() - x + half_ln_two_pi + series - f64::ln(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, right: f64) {
        assert!((found / right - 1.0).abs() < 1e-6, "{found} is not {right}");
    }

    #[test]
    fn factorials() {
        near(ln_gamma(5.0), 24_f64.ln());
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        near(ln_gamma(101.0), 363.739_375_555_563_47);
    }

    /// The geometric distribution (size 1) has its tail in closed form, and so has size 2.
    #[test]
    fn tails_that_are_known_exactly() {
        // Mean 2, size 1: variance 6, failure 2/3.
        near(at_least(1, 2.0, 6.0), 2.0 / 3.0);
        near(at_least(40, 2.0, 6.0), (2.0_f64 / 3.0).powi(40));
        // Size 2, failure f: P(X >= k) = f^k (1 + k (1 - f)).
        let (failure, mean) = (0.75_f64, 6.0);
        near(at_least(5, mean, mean + mean * mean / 2.0), failure.powi(5) * (1.0 + 5.0 * 0.25));
        near(at_least(60, mean, mean + mean * mean / 2.0), failure.powi(60) * (1.0 + 60.0 * 0.25));
    }

    #[test]
    fn it_falls_with_what_is_seen_and_rises_with_mean_and_variance() {
        let mut last = 1.0;
        for seen in 0..400 {
            let now = at_least(seen, 50.0, 150.0);
            assert!(now <= last && now >= 0.0, "{seen}");
            assert!(now <= at_least(seen, 55.0, 165.0) + 1e-12);
            last = now;
        }
        assert!(at_least(100, 50.0, 150.0) < at_least(100, 50.0, 500.0));
        assert!(at_least(90, 50.0, 50.0) < 1e-6);
        assert!(at_least(1_000_000, 20_000.0, 20_000.0 * 20_000.0) < 1e-20);
        assert!(at_least(10, 0.0, 0.0) < 1e-20 && at_least(-3, 1.0, 1.0) >= 1.0);
    }
}
