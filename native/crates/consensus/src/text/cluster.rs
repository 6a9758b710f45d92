use super::compare::{conflict, differences, similarity};
use super::meaning::Meaning;
use super::{Group, MAX_ANSWER_BYTES, MAX_ANSWERS, Reached, Said, Settled, TextError};
use std::collections::BTreeMap;

/// A text that is said by one or several.
struct Statement {
    meaning: Meaning,
    members: Vec<usize>,
    weight: f64,
}

/// Groups answers that say the same and chooses. `threshold` is how alike two must be, 0.78 is usual. The result follows
/// the answers, not their order: of equal groups the one goes first whose medoid comes first in byte order.
///
/// # Errors
/// [`TextError`] names the answer and what is wrong.
pub fn settle(said: &[Said<'_>], threshold: f64) -> Result<Settled, TextError> {
    check(said, threshold)?;
    let (statements, silent) = statements(said);
    let groups = group(&statements, threshold);
    let total: f64 = statements.iter().map(|one| one.weight).sum();
    let squares: f64 = said.iter().map(|one| one.weight * one.weight).sum();
    let mut rows: Vec<(f64, usize, Vec<usize>)> = groups
        .into_iter()
        .map(|group| {
            let weight = group.iter().map(|at| statements[*at].weight).sum::<f64>();
            (weight, medoid(&statements, &group, said), group)
        })
        .collect();
    let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * total;
    rows.sort_by(|a, b| if same(a.0, b.0) { said[a.1].text.cmp(said[b.1].text) } else { b.0.total_cmp(&a.0) });
    let tie = rows.len() > 1 && same(rows[0].0, rows[1].0);
    let share = |weight: f64| if total > 0.0 { weight / total } else { 0.0 };
    let votes = if squares > 0.0 { total * total / squares } else { 0.0 };
    let confidence = rows.first().map_or(0.0, |top| (share(top.0) * votes + 0.5) / (votes + 1.0));
    let chosen = rows.first().map(|top| top.1);
    let reached = match rows.first() {
        None => Reached::NoAnswer,
        Some(_) if rows.len() == 1 => Reached::Unanimous,
        Some(_) if tie => Reached::Tie,
        Some(top) if share(top.0) > 0.5 => Reached::Majority,
        Some(_) => Reached::Plurality,
    };
    let meaning_of =
        |member: usize| statements.iter().find(|one| one.members.contains(&member)).map(|one| &one.meaning);
    let groups = rows
        .iter()
        .map(|(weight, medoid, group)| {
            let mut members: Vec<usize> = group.iter().flat_map(|at| statements[*at].members.iter().copied()).collect();
            members.sort_unstable();
            let differs = match (chosen.and_then(meaning_of), meaning_of(*medoid)) {
                (Some(ours), Some(theirs)) if chosen != Some(*medoid) => differences(ours, theirs),
                _ => Vec::new(),
            };
            Group { members, medoid: *medoid, share: share(*weight), differs }
        })
        .collect();
    Ok(Settled { groups, silent, confidence, tie, reached })
}

fn check(said: &[Said<'_>], threshold: f64) -> Result<(), TextError> {
    if said.is_empty() || said.len() > MAX_ANSWERS {
        return Err(TextError::Count(said.len()));
    }
    if threshold.is_nan() || threshold <= 0.0 || threshold > 1.0 {
        return Err(TextError::Threshold);
    }
    for (at, one) in said.iter().enumerate() {
        if one.text.len() > MAX_ANSWER_BYTES {
            return Err(TextError::Long { at, bytes: one.text.len() });
        }
        if !one.weight.is_finite() || one.weight < 0.0 {
            return Err(TextError::Weight(at));
        }
    }
    Ok(())
}

/// Texts in an order of their own (weight, then words), those of one meaning once.
fn statements(said: &[Said<'_>]) -> (Vec<Statement>, Vec<usize>) {
    let mut silent = Vec::new();
    let mut by_text: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, one) in said.iter().enumerate() {
        by_text.entry(one.text).or_default().push(at);
    }
    let mut all: Vec<Statement> = Vec::new();
    for (text, members) in by_text {
        let meaning = Meaning::read(text);
        if meaning.is_silent() {
            silent.extend(members);
            continue;
        }
        let mut weights: Vec<f64> = members.iter().map(|at| said[*at].weight).collect();
        // Sums must not depend on the order of the answers.
        weights.sort_by(f64::total_cmp);
        let weight = weights.iter().sum::<f64>();
        match all.iter_mut().find(|one| one.meaning == meaning) {
            Some(one) => {
                one.members.extend(members);
                one.weight += weight;
            }
            None => all.push(Statement { meaning, members, weight }),
        }
    }
    silent.sort_unstable();
    // Stable: equal weights stay in the order of their words.
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    (all, silent)
}

/// Each statement joins the group whose members are all compatible and on average most alike, or begins one.
fn group(statements: &[Statement], threshold: f64) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, one) in statements.iter().enumerate() {
        let mut best: Option<(f64, usize)> = None;
        for (number, group) in groups.iter().enumerate() {
            if group.iter().any(|other| conflict(&statements[*other].meaning, &one.meaning)) {
                continue;
            }
            let alike = group.iter().map(|other| similarity(&statements[*other].meaning, &one.meaning)).sum::<f64>()
                / group.len() as f64;
            if alike >= threshold && best.is_none_or(|(most, _)| alike > most) {
                best = Some((alike, number));
            }
        }
        match best {
            Some((_, number)) => groups[number].push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// Whose words are most like those of the others of the group; of equals the shortest, then the first in byte order.
fn medoid(statements: &[Statement], group: &[usize], said: &[Said<'_>]) -> usize {
    let closeness = |at: usize| {
        let one = &statements[at].meaning;
        group.iter().map(|other| statements[*other].weight * similarity(one, &statements[*other].meaning)).sum::<f64>()
    };
    let mut best: Option<(f64, usize)> = None;
    for at in group {
        let close = closeness(*at);
        for member in &statements[*at].members {
            let better = best.is_none_or(|(most, who)| {
                let (text, other) = (said[*member].text, said[who].text);
                let equal = (close - most).abs() <= 1e-9 * (1.0 + most);
                if equal { (text.len(), text, *member) < (other.len(), other, who) } else { close > most }
            });
            if better {
                best = Some((close, *member));
            }
        }
    }
    best.map_or(0, |(_, member)| member)
}
