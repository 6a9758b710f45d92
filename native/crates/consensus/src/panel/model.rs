//! How a panel comes to its answers.
//!
//! Each question has a difficulty (one of [`LEVELS`] standard scores) and one wrong option that tempts. A member knows
//! the answer with probability σ(ability − slope · difficulty); where it does not know, it falls for the temptation
//! with its own probability, or guesses with its own habit of letters. Difficulty makes members right together and
//! temptation makes them wrong together, so agreement of many that err alike is not taken for proof: knowing or
//! guessing is MACE (Hovy et al., NAACL 2013), difficulty is item response theory (Rasch; Whitehill's GLAD, NIPS 2009).

use super::sheet::ABSTAINS;

pub(super) const LEVELS: usize = 7;
/// Standard scores of the difficulty.
pub(super) const SCORES: [f64; LEVELS] = [-2.4, -1.6, -0.8, 0.0, 0.8, 1.6, 2.4];
/// Options up to here have habits of their own; a question with more has them guessed evenly.
pub(super) const LETTERS: usize = 26;

/// What is known of one member.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) ability: f64,
    pub(super) slope: f64,
    /// How often it falls for what tempts where it does not know.
    pub(super) tempted: f64,
    /// How often it guesses each option, relative to the others.
    pub(super) habit: [f64; LETTERS],
    /// Whether it repeats what others say: it counts half in logs of the odds, because they are heard beside it.
    pub(super) echo: bool,
}

/// A panel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    pub(super) members: Vec<Member>,
    /// How frequent each difficulty is.
    pub(super) levels: [f64; LEVELS],
}

pub(super) fn sigma(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Member {
    pub(super) fn knows(&self, level: usize) -> f64 {
        sigma(self.ability - self.slope * SCORES[level]).clamp(1e-4, 1.0 - 1e-4)
    }

    /// How often it knows the answer where difficulties are that frequent.
    pub(super) fn knows_in(&self, levels: &[f64; LEVELS]) -> f64 {
        levels.iter().enumerate().map(|(at, level)| self.knows(at) * level).sum()
    }

    /// What of a likelihood counts.
    fn heard(&self, likelihood: f64) -> f64 {
        if self.echo { likelihood.sqrt() } else { likelihood }
    }

    pub(super) fn guesses(&self, option: u16, options: u16) -> f64 {
        let (option, options) = (usize::from(option), usize::from(options));
        if options > LETTERS {
            return 1.0 / options as f64;
        }
        let total: f64 = self.habit[..options].iter().sum();
        (self.habit[option] / total).max(1e-3)
    }
}

/// One answer, as the model sees it.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) member: usize,
    /// Place of the option among those named.
    pub(super) place: usize,
    pub(super) guess: f64,
}

/// What follows for one question; buffers are used again.
#[derive(Default)]
pub(super) struct Reading {
    /// The options that were named, in order.
    pub(super) named: Vec<u16>,
    pub(super) marks: Vec<Mark>,
    /// Probability of each named option being right, at each level: joint, sums to at most 1.
    pub(super) right: Vec<[f64; LEVELS]>,
    /// Probability of each named option being the tempting one.
    pub(super) tempting: Vec<f64>,
    /// Probability of each level.
    pub(super) level: [f64; LEVELS],
    joint: Vec<[f64; LEVELS]>,
    pull: Vec<f64>,
    mass: Vec<f64>,
}

/// What one answer tells, computed once.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    guess: f64,
    /// How much more likely it is where its option tempts, against any other wrong one.
    pull: f64,
    /// How likely it is where its option is right, at each level, against a lone guess of it.
    right: [f64; LEVELS],
}

/// What [`Model::read`] needs of each member, computed once.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// `[member][level]`: knows.
    knows: Vec<[f64; LEVELS]>,
    /// How likely it does not know, at each level.
    ignores: Vec<[f64; LEVELS]>,
    /// `[options][member · LETTERS + option]`, where asked for.
    cells: Vec<Vec<Cell>>,
}

impl Tables {
    /// Tables for questions with these numbers of options; others are served too, more slowly.
    pub(super) fn of(model: &Model, options: impl Iterator<Item = u16>) -> Self {
        let knows: Vec<[f64; LEVELS]> =
            model.members.iter().map(|member| std::array::from_fn(|level| member.knows(level))).collect();
        let ignores = knows.iter().zip(&model.members);
        let ignores = ignores.map(|(row, member)| row.map(|knows| member.heard(1.0 - knows))).collect();
        let mut tables = Self { knows, ignores, cells: vec![Vec::new(); LETTERS + 1] };
        for count in options {
            let at = usize::from(count);
            if at > LETTERS || !tables.cells[at].is_empty() {
                continue;
            }
            let mut cells = vec![Cell::default(); model.members.len() * LETTERS];
            for member in 0..model.members.len() {
                for option in 0..count {
                    cells[member * LETTERS + usize::from(option)] = tables.compute(model, member, option, count);
                }
            }
            tables.cells[at] = cells;
        }
        tables
    }

    /// How likely a member knows the answer, at each level.
    pub(super) fn knows(&self, member: usize) -> &[f64; LEVELS] {
        &self.knows[member]
    }

    fn cell(&self, model: &Model, member: usize, option: u16, options: u16) -> Cell {
        let ready =
            self.cells.get(usize::from(options)).and_then(|row| row.get(member * LETTERS + usize::from(option)));
        ready.copied().unwrap_or_else(|| self.compute(model, member, option, options))
    }

    fn compute(&self, model: &Model, member: usize, option: u16, options: u16) -> Cell {
        let one = &model.members[member];
        let guess = one.guesses(option, options);
        let alone = (1.0 - one.tempted) * guess;
        let right = self.knows[member].map(|knows| one.heard(1.0 - knows + knows / alone));
        Cell { guess, pull: one.heard((one.tempted + alone) / alone), right }
    }
}

impl Model {
    /// Reads one question. `truth` is the right option where it is known.
    pub(super) fn read(&self, tables: &Tables, options: u16, answers: &[u16], truth: Option<u16>, into: &mut Reading) {
        let Reading { named, marks, right, tempting, level, joint, pull, mass } = into;
        named.clear();
        named.extend(answers.iter().copied().filter(|answer| *answer != ABSTAINS));
        if let Some(truth) = truth {
            named.push(truth);
        }
        named.sort_unstable();
        named.dedup();
        marks.clear();
        right.clear();
        right.resize(named.len(), [0.0; LEVELS]);
        tempting.clear();
        tempting.resize(named.len(), 0.0);
        pull.clear();
        pull.resize(named.len(), 1.0);
        // How likely the answers are at each level with each named option right, temptation aside; the last row: with another.
        joint.clear();
        joint.resize(named.len() + 1, self.levels);
        for (member, answer) in answers.iter().enumerate().filter(|(_, answer)| **answer != ABSTAINS) {
            let Ok(place) = named.binary_search(answer) else { continue };
            // A lone guess is as likely at every level and for every truth, so it cancels.
            let cell = tables.cell(self, member, *answer, options);
            pull[place] *= cell.pull;
            for (at, row) in joint.iter_mut().enumerate() {
                let by = if at == place { &cell.right } else { &tables.ignores[member] };
                row.iter_mut().zip(by).for_each(|(one, by)| *one *= by);
            }
            marks.push(Mark { member, place, guess: cell.guess });
        }
        // One wrong option tempts, each as likely as the others: Σ over d ≠ t of pull(d) / (n − 1).
        let unnamed = f64::from(options) - named.len() as f64;
        let pulls = pull.iter().sum::<f64>() + unnamed;
        let others = (f64::from(options) - 1.0) * f64::from(options);
        // Greatest as one: of 64 members each factor lies within 1e±4, so that none of the products is lost.
        let top = joint.iter().flatten().copied().fold(f64::MIN_POSITIVE, f64::max);
        let open = truth.is_none();
        let mut total = 0.0;
        mass.clear();
        mass.resize(named.len(), 0.0);
        let mut none = [0.0; LEVELS];
        for at in 0..LEVELS {
            if open && unnamed > 0.0 {
                none[at] = unnamed * (joint[named.len()][at] / top) * (pulls - 1.0) / others;
                total += none[at];
            }
            for (place, option) in named.iter().enumerate() {
                if open || truth == Some(*option) {
                    right[place][at] = joint[place][at] / top * (pulls - pull[place]) / others;
                    total += right[place][at];
                    mass[place] += right[place][at];
                }
            }
        }
        let total = if total > 0.0 { total } else { f64::MIN_POSITIVE };
        level.fill(0.0);
        for row in right.iter_mut() {
            for (at, one) in row.iter_mut().enumerate() {
                *one /= total;
                level[at] += *one;
            }
        }
        for (at, one) in none.iter().enumerate() {
            level[at] += one / total;
        }
        // Option o tempts: Σ over t ≠ o of P(t) · pull(o) / (pulls − pull(t)).
        let mut shares = none.iter().sum::<f64>() / total / (pulls - 1.0).max(f64::MIN_POSITIVE);
        for (place, one) in mass.iter().enumerate() {
            shares += one / total / (pulls - pull[place]).max(f64::MIN_POSITIVE);
        }
        for (place, one) in mass.iter().enumerate() {
            let own = one / total / (pulls - pull[place]).max(f64::MIN_POSITIVE);
            tempting[place] = (pull[place] * (shares - own)).clamp(0.0, 1.0);
        }
    }
}
