/// The logarithm of a product of many positive numbers, for one logarithm in some dozens of them.
pub(super) struct Product {
    /// What is not in `log` yet, within [`NEAR`].
    factor: f64,
    log: f64,
}

/// The product of two numbers in this range is far from what a number can hold.
const NEAR: std::ops::Range<f64> = 1e-100..1e100;

impl Product {
    pub(super) const ONE: Self = Self { factor: 1.0, log: 0.0 };

    #[inline]
    pub(super) fn times(&mut self, number: f64) {
        if !NEAR.contains(&number) {
            self.log += number.ln();
            return;
        }
        self.factor *= number;
        if !NEAR.contains(&self.factor) {
            self.log += self.factor.ln();
            self.factor = 1.0;
        }
    }

    /// Times a number of this logarithm.
    pub(super) fn times_exp(&mut self, log: f64) {
        self.log += log;
    }

    pub(super) fn ln(&self) -> f64 {
        self.log + self.factor.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::Product;

    #[test]
    fn it_is_the_sum_of_the_logarithms() {
        let mut random = fastrand::Rng::with_seed(1);
        for span in [1.0, 30.0, 400.0] {
            let (mut product, mut sum) = (Product::ONE, 0.0);
            for turn in 0..5000 {
                let log = span * (2.0 * random.f64() - 1.5);
                if turn % 7 == 0 {
                    product.times_exp(log);
                } else {
                    product.times(log.exp());
                }
                sum += log;
            }
            assert!((product.ln() - sum).abs() < 1e-10 * sum.abs(), "{} {sum}", product.ln());
        }
    }
}
