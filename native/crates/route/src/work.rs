//! How much was looked at, counted in tests only: a bound that a clock could not hold.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts a step.
#[cfg(test)]
pub(crate) fn step() {
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

#[cfg(not(test))]
pub(crate) const fn step() {}

/// The steps that something takes.
#[cfg(test)]
pub(crate) fn steps(of: impl FnOnce()) -> usize {
    STEPS.with(|steps| steps.set(0));
    of();
    STEPS.with(std::cell::Cell::get)
}
