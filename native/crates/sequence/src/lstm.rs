//! A small recurrent network as one of the experts: long short-term memory (Hochreiter and Schmidhuber 1997, with the
//! forget gate of Gers, Schmidhuber and Cummins 2000), learned online.
//!
//! It reads one name at a time and gives a distribution over classes: the first names by number have one each, the
//! others share one. After each name the error goes back through the last few steps (truncated backpropagation through
//! time), and the weights move by `RMSprop`.

/// Classes of names; the last two are "another name" and, as input only, "a session begins".
pub(crate) const CLASSES: usize = 256;
pub(crate) const OTHER: usize = CLASSES - 2;
const BEGIN: usize = CLASSES - 1;
const INPUT: usize = 16;
const HIDDEN: usize = 32;
const GATES: usize = 4 * HIDDEN;
const ROW: usize = INPUT + HIDDEN + 1;
const OUT_ROW: usize = HIDDEN + 1;
/// How many steps back the error goes.
const STEPS: usize = 8;
const RATE: f32 = 0.004;
const KEEP: f32 = 0.99;
/// What a component of the gradient may be at most.
const CLIP: f32 = 1.0;

const GATES_AT: usize = CLASSES * INPUT;
const OUT_AT: usize = GATES_AT + GATES * ROW;
/// How many weights there are.
pub(crate) const WEIGHTS: usize = OUT_AT + CLASSES * OUT_ROW;

/// One step as it was computed, for the way back.
#[derive(Clone, Debug)]
struct Step {
    class: usize,
    /// Input, forget, output gate and candidate, each after its activation.
    gates: [f32; GATES],
    before: [f32; HIDDEN],
    hidden_before: [f32; HIDDEN],
    cell: [f32; HIDDEN],
}

/// The network with its state.
#[derive(Clone, Debug)]
pub(crate) struct Lstm {
    pub(crate) weights: Vec<f32>,
    pub(crate) squares: Vec<f32>,
    gradient: Vec<f32>,
    steps: Vec<Step>,
    hidden: [f32; HIDDEN],
    cell: [f32; HIDDEN],
    /// The distribution over the classes of the next name.
    shares: Vec<f32>,
}

impl Lstm {
    /// Weights drawn by `seed`, at the beginning of a session.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut weights: Vec<f32> = (0..WEIGHTS).map(|_| (random.f32() - 0.5) * 0.3).collect();
        // The memory keeps at first what it holds.
        for unit in HIDDEN..2 * HIDDEN {
            weights[GATES_AT + unit * ROW + ROW - 1] = 1.0;
        }
        // No class is likelier than another before anything was seen.
        weights[OUT_AT..].iter_mut().for_each(|weight| *weight *= 0.1);
        let mut network = Self::at_rest(weights, vec![0.0; WEIGHTS]);
        network.begin();
        network
    }

    /// The network with weights that were learned before, at the beginning of a session.
    pub(crate) fn at_rest(weights: Vec<f32>, squares: Vec<f32>) -> Self {
        Self {
            weights,
            squares,
            gradient: vec![0.0; WEIGHTS],
            steps: Vec::with_capacity(STEPS),
            hidden: [0.0; HIDDEN],
            cell: [0.0; HIDDEN],
            shares: vec![0.0; CLASSES],
        }
    }

    /// A session begins.
    pub(crate) fn begin(&mut self) {
        self.steps.clear();
        self.hidden = [0.0; HIDDEN];
        self.cell = [0.0; HIDDEN];
        self.read(BEGIN);
    }

    /// How likely a class is to come next.
    pub(crate) fn share(&self, class: usize) -> f32 {
        self.shares[class.min(OTHER)].max(1e-6)
    }

    /// Learns from the class that came, then reads it.
    pub(crate) fn observe(&mut self, class: usize) {
        let class = class.min(OTHER);
        self.learn(class);
        self.read(class);
    }

    /// Reads a class without learning.
    pub(crate) fn read(&mut self, class: usize) {
        let input: [f32; INPUT] = std::array::from_fn(|at| self.weights[class * INPUT + at]);
        let mut gates = [0.0; GATES];
        for (unit, gate) in gates.iter_mut().enumerate() {
            let row = &self.weights[GATES_AT + unit * ROW..][..ROW];
            let sum = row[ROW - 1] + dot(&row[..INPUT], &input) + dot(&row[INPUT..ROW - 1], &self.hidden);
            *gate = if unit < 3 * HIDDEN { sigmoid(sum) } else { sum.tanh() };
        }
        let (before, hidden_before) = (self.cell, self.hidden);
        for unit in 0..HIDDEN {
            self.cell[unit] = gates[HIDDEN + unit] * before[unit] + gates[unit] * gates[3 * HIDDEN + unit];
            self.hidden[unit] = gates[2 * HIDDEN + unit] * self.cell[unit].tanh();
        }
        if self.steps.len() == STEPS {
            self.steps.remove(0);
        }
        self.steps.push(Step { class, gates, before, hidden_before, cell: self.cell });
        for (class, share) in self.shares.iter_mut().enumerate() {
            let row = &self.weights[OUT_AT + class * OUT_ROW..][..OUT_ROW];
            *share = row[HIDDEN] + dot(&row[..HIDDEN], &self.hidden);
        }
        let top = self.shares.iter().copied().fold(f32::MIN, f32::max);
        let mut sum = 0.0;
        for share in &mut self.shares {
            *share = (*share - top).exp();
            sum += *share;
        }
        for share in &mut self.shares {
            *share /= sum;
        }
    }

    fn learn(&mut self, came: usize) {
        let mut hidden_slope = [0.0; HIDDEN];
        for class in 0..CLASSES {
            let miss = self.shares[class] - f32::from(u8::from(class == came));
            let row = OUT_AT + class * OUT_ROW;
            for (unit, slope) in hidden_slope.iter_mut().enumerate() {
                *slope += miss * self.weights[row + unit];
                self.gradient[row + unit] = miss * self.hidden[unit];
            }
            self.gradient[row + HIDDEN] = miss;
        }
        self.gradient[..OUT_AT].fill(0.0);
        let mut cell_slope = [0.0; HIDDEN];
        for at in (0..self.steps.len()).rev() {
            self.back(at, &mut hidden_slope, &mut cell_slope);
        }
        // Only the classes that were read have a gradient among the inputs.
        let mut read = [false; CLASSES];
        for at in 0..self.steps.len() {
            let class = self.steps[at].class;
            if !std::mem::replace(&mut read[class], true) {
                self.step(class * INPUT..(class + 1) * INPUT);
            }
        }
        self.step(GATES_AT..WEIGHTS);
    }

    /// Takes the error through one step: from what it left in memory to what was there before.
    fn back(&mut self, at: usize, hidden_slope: &mut [f32; HIDDEN], cell_slope: &mut [f32; HIDDEN]) {
        let Self { weights, gradient, steps, .. } = self;
        let step = &steps[at];
        let gates = &step.gates;
        let mut slopes = [0.0; GATES];
        for unit in 0..HIDDEN {
            let [input, forget, output, candidate] = std::array::from_fn(|gate| gates[gate * HIDDEN + unit]);
            let squashed = step.cell[unit].tanh();
            let cell = cell_slope[unit] + hidden_slope[unit] * output * (1.0 - squashed * squashed);
            slopes[unit] = cell * candidate * input * (1.0 - input);
            slopes[HIDDEN + unit] = cell * step.before[unit] * forget * (1.0 - forget);
            slopes[2 * HIDDEN + unit] = hidden_slope[unit] * squashed * output * (1.0 - output);
            slopes[3 * HIDDEN + unit] = cell * input * (1.0 - candidate * candidate);
            cell_slope[unit] = cell * forget;
        }
        *hidden_slope = [0.0; HIDDEN];
        let mut input_slope = [0.0; INPUT];
        let input: [f32; INPUT] = std::array::from_fn(|at| weights[step.class * INPUT + at]);
        for (unit, slope) in slopes.iter().enumerate() {
            let start = GATES_AT + unit * ROW;
            let row = &weights[start..start + ROW];
            let into = &mut gradient[start..start + ROW];
            for at in 0..INPUT {
                input_slope[at] += slope * row[at];
                into[at] += slope * input[at];
            }
            for at in 0..HIDDEN {
                hidden_slope[at] += slope * row[INPUT + at];
                into[INPUT + at] += slope * step.hidden_before[at];
            }
            into[ROW - 1] += slope;
        }
        for at in 0..INPUT {
            gradient[step.class * INPUT + at] += input_slope[at];
        }
    }

    fn step(&mut self, range: std::ops::Range<usize>) {
        let (weights, squares) = (&mut self.weights[range.clone()], &mut self.squares[range.clone()]);
        for ((weight, square), slope) in weights.iter_mut().zip(squares).zip(&self.gradient[range]) {
            let slope = slope.clamp(-CLIP, CLIP);
            *square = KEEP * *square + (1.0 - KEEP) * slope * slope;
            *weight -= RATE * slope / (square.sqrt() + 1e-3);
        }
    }
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

#[cfg(test)]
mod tests {
    use super::{Lstm, OTHER};

    /// The mean share of what came over the last rounds of a repeated pattern.
    fn after(pattern: &[usize], rounds: usize) -> f32 {
        let mut network = Lstm::new(1);
        let mut sum = 0.0;
        for round in 0..rounds {
            for class in pattern {
                if round + 20 >= rounds {
                    sum += network.share(*class);
                }
                network.observe(*class);
            }
        }
        sum / (20 * pattern.len()) as f32
    }

    #[test]
    fn learns_what_depends_on_more_than_the_latest() {
        // After 3 comes 1 or 2, told apart by what came three steps before.
        assert!(after(&[1, 5, 3, 1, 2, 5, 3, 2], 300) > 0.9);
    }

    #[test]
    fn gradients_are_those_of_the_loss() {
        let mut network = Lstm::new(3);
        for class in [4, 9, 4, 2] {
            network.read(class);
        }
        let came = 7;
        let loss = |network: &Lstm| {
            let mut again = Lstm::at_rest(network.weights.clone(), network.squares.clone());
            again.begin();
            for class in [4, 9, 4, 2] {
                again.read(class);
            }
            -again.share(came).ln()
        };
        let mut learned = network.clone();
        learned.learn(came);
        for at in [
            4 * 16 + 3,
            2 * 16,
            256 * 16 + 5,
            256 * 16 + 49 * 40 + 20,
            256 * 16 + 49 * 70 + 48,
            super::OUT_AT + 7 * 33 + 2,
        ] {
            let mut plus = network.clone();
            plus.weights[at] += 1e-2;
            let mut minus = network.clone();
            minus.weights[at] -= 1e-2;
            let measured = (loss(&plus) - loss(&minus)) / 2e-2;
            let computed = learned.gradient[at];
            assert!((measured - computed).abs() < 1e-3 + 0.05 * measured.abs(), "{at}: {measured} and {computed}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_network() {
        let (mut one, mut other) = (Lstm::new(5), Lstm::new(5));
        for class in [1, 2, 3, OTHER, 1, 2] {
            one.observe(class);
            other.observe(class);
        }
        assert_eq!(one.weights, other.weights);
        assert_ne!(Lstm::new(5).weights, Lstm::new(6).weights);
    }
}
