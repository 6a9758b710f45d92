//! A panel on generated members whose errors are shared.
#![allow(clippy::unwrap_used)]

use consensus::panel::{Panel, PanelError, Profile, Sheet, Step};

struct Made {
    sheet: Sheet,
    rows: Vec<Vec<Option<usize>>>,
    truths: Vec<usize>,
}

/// Members that know by their rate; where they do not, half of them fall for one wrong option.
fn made(rates: &[f64], questions: usize, seed: u64) -> Made {
    let mut lot = fastrand::Rng::with_seed(seed);
    let mut all = Made { sheet: Sheet::new(rates.len()).unwrap(), rows: Vec::new(), truths: Vec::new() };
    for _ in 0..questions {
        let (truth, shift, hard) = (lot.usize(0..6), lot.usize(1..6), lot.f64() - 0.5);
        let mut answer = |rate: &f64| {
            Some(if lot.f64() < rate - 0.4 * hard {
                truth
            } else if lot.f64() < 0.5 {
                (truth + shift) % 6
            } else {
                lot.usize(0..6)
            })
        };
        let row: Vec<Option<usize>> = rates.iter().map(&mut answer).collect();
        all.sheet.push(6, &row).unwrap();
        all.rows.push(row);
        all.truths.push(truth);
    }
    all
}

fn taught(made: &Made, seed: u64) -> (Panel, Vec<usize>) {
    let profiles = (0..made.sheet.members()).map(|member| Profile::named(&format!("m{member}"))).collect();
    let mut panel = Panel::new(profiles).unwrap();
    panel.see(&made.sheet).unwrap();
    let mut known = Vec::new();
    while known.len() < 50 {
        for question in panel.teach(&made.sheet, &known, 50 - known.len(), seed).unwrap() {
            panel.feedback(6, &made.rows[question], made.truths[question]).unwrap();
            known.push(question);
        }
    }
    (panel, known)
}

#[test]
fn a_panel_is_not_worse_than_its_best_member() {
    for rates in [&[0.7, 0.3, 0.3, 0.3, 0.3][..], &[0.6, 0.55], &[0.5, 0.5, 0.5]] {
        let mut lead = 0.0;
        for seed in 0..6 {
            let made = made(rates, 800, seed);
            let verdicts = taught(&made, seed).0.answers(&made.sheet).unwrap();
            let right = |hit: &dyn Fn(usize) -> bool| (0..800).filter(|at| hit(*at)).count() as f64 / 800.0;
            let best = (0..rates.len())
                .map(|member| right(&|at| made.rows[at][member] == Some(made.truths[at])))
                .fold(0.0, f64::max);
            lead += right(&|at| verdicts[at].answer == Some(made.truths[at])) - best;
        }
        assert!(lead / 6.0 >= -0.005, "{rates:?}: {lead}");
    }
}

/// Member 3 knows the share `alone` and guesses by itself; the others know `rate`, the share `same` of it together, and say
/// the same, as often as `copies`, where they do not know.
fn relatives(questions: usize, members: usize, [alone, rate, copies, same]: [f64; 4], seed: u64) -> Made {
    let mut lot = fastrand::Rng::with_seed(seed);
    let mut all = Made { sheet: Sheet::new(members).unwrap(), rows: Vec::new(), truths: Vec::new() };
    for _ in 0..questions {
        let (truth, common) = (lot.usize(0..6), lot.usize(0..6));
        let shared = lot.f64();
        let mut row: Vec<Option<usize>> = Vec::new();
        for member in 0..members {
            let (rate, copies) = if member == 3 { (alone, 0.0) } else { (rate, copies) };
            let chance = if member != 3 && lot.f64() < same { shared } else { lot.f64() };
            let answer = if chance < rate {
                truth
            } else if lot.f64() < copies {
                common
            } else {
                lot.usize(0..6)
            };
            row.push(Some(answer));
        }
        all.sheet.push(6, &row).unwrap();
        all.rows.push(row);
        all.truths.push(truth);
    }
    all
}

#[test]
fn relatives_that_err_alike_do_not_pass_for_able() {
    let (mut found, mut lead) = (0, 0.0);
    for seed in 0..24 {
        let made = relatives(1_000, 6, [0.45, 0.27, 0.6, 0.0], seed);
        let mut panel = taught(&made, seed).0;
        let likeness = panel.portrait().members;
        found += usize::from((0..6).all(|one| likeness[one].knows <= likeness[3].knows));
        let verdicts = panel.answers(&made.sheet).unwrap();
        for ((verdict, row), truth) in verdicts.iter().zip(&made.rows).zip(&made.truths) {
            lead += f64::from(u8::from(verdict.answer == Some(*truth))) - f64::from(u8::from(row[3] == Some(*truth)));
        }
    }
    lead /= 24_000.0;
    assert!(found >= 16 && lead > -0.02, "{found} of 24, {lead}");
}

/// As often as they know the same, relatives look able to a model that believes agreement.
#[test]
fn many_that_know_and_err_alike_do_not_outvote_a_clear_best() {
    let mut lead = 0.0;
    for seed in 0..12 {
        let made = relatives(1_000, 8, [0.6, 0.4, 0.6, 0.7], seed);
        let verdicts = taught(&made, seed).0.answers(&made.sheet).unwrap();
        for ((verdict, row), truth) in verdicts.iter().zip(&made.rows).zip(&made.truths) {
            lead += f64::from(u8::from(verdict.answer == Some(*truth))) - f64::from(u8::from(row[3] == Some(*truth)));
        }
    }
    lead /= 12_000.0;
    assert!(lead > -0.005, "{lead}");
}

#[test]
fn state_comes_back_and_answers_alike() {
    let made = made(&[0.6, 0.5, 0.4], 300, 1);
    let (mut panel, known) = taught(&made, 1);
    let mut again = Panel::restore(panel.state()).unwrap();
    assert_eq!(panel.answers(&made.sheet).unwrap(), again.answers(&made.sheet).unwrap());
    assert_eq!((again.judged(), known.len()), (50, 50));
}

#[test]
fn a_plan_asks_then_stops() {
    let made = made(&[0.8, 0.4, 0.4], 400, 2);
    let (mut panel, _) = taught(&made, 2);
    let plan = panel.plan(0.01).unwrap();
    let Step::Ask(first) = panel.step(&plan, 6, &[None, None, None], &[]).unwrap() else { panic!("asks nobody") };
    assert_eq!(first, plan.order[0]);
    assert!(matches!(panel.step(&plan, 6, &[Some(1), Some(1), Some(1)], &[]).unwrap(), Step::Stop(_)));
    assert!(plan.accuracy >= plan.full_accuracy - 0.01 - 1e-9);
}

#[test]
fn silence_and_nonsense() {
    let mut panel = Panel::new(vec![Profile::named("a"), Profile::named("b")]).unwrap();
    let verdict = panel.answer(4, &[None, None]).unwrap();
    assert_eq!((verdict.answer, verdict.reached.name()), (None, "no-answer"));
    assert_eq!(panel.answer(4, &[None, Some(3)]).unwrap().answer, Some(3));
    assert!(matches!(panel.answer(4, &[Some(4), None]), Err(PanelError::Option { option: 4, .. })));
    assert!(matches!(panel.feedback(4, &[Some(1), None], 9), Err(PanelError::Option { .. })));
    assert!(matches!(Panel::new(vec![Profile::named("a"), Profile::named("a")]), Err(PanelError::SameName(_))));
}

#[test]
fn without_a_judgement_it_counts_votes_and_is_less_sure() {
    let made = made(&[0.75, 0.3, 0.3, 0.3], 600, 3);
    let profiles: Vec<Profile> = (0..4).map(|member| Profile::named(&format!("m{member}"))).collect();
    let accuracy = |panel: &mut Panel| {
        let verdicts = panel.answers(&made.sheet).unwrap();
        let right =
            verdicts.iter().zip(&made.truths).filter(|(verdict, truth)| verdict.answer == Some(**truth)).count();
        (right as f64 / 600.0, verdicts.iter().map(|one| one.confidence).sum::<f64>() / 600.0)
    };
    // Nothing seen: every vote counts alike, so that the option with most votes wins.
    let mut blank = Panel::new(profiles.clone()).unwrap();
    let verdict = blank.answer(6, &[Some(0), Some(1), Some(1), None]).unwrap();
    assert_eq!((verdict.answer, verdict.reached.name()), (Some(1), "weighed"));
    assert!(verdict.confidence < 0.75, "{verdict:?}");
    let counted = accuracy(&mut blank);
    // Judgements, or the same known from the past, tell whom to believe and raise both.
    let mut past = profiles;
    for (profile, rate) in past.iter_mut().zip([0.75, 0.3, 0.3, 0.3]) {
        (profile.past_accuracy, profile.past_answers) = (rate, 50.0);
    }
    let known = accuracy(&mut Panel::new(past).unwrap());
    let judged = accuracy(&mut taught(&made, 3).0);
    for better in [known, judged] {
        assert!(better.0 > counted.0 + 0.02 && better.1 > counted.1 + 0.02, "{counted:?} {known:?} {judged:?}");
    }
    // It never claims much more than holds.
    for (right, sure) in [counted, known, judged] {
        assert!(sure < right + 0.05, "{counted:?} {known:?} {judged:?}");
    }
}

#[test]
fn a_cascade_asks_one_where_one_is_enough() {
    for (rates, most) in [(&[0.9, 0.3, 0.3, 0.3, 0.3][..], 1.3), (&[0.7, 0.7, 0.7, 0.7, 0.7], 4.5)] {
        let made = made(rates, 600, 4);
        let mut panel = taught(&made, 4).0;
        let plan = panel.plan(0.005).unwrap();
        let runs = panel.rehearse(&plan, &made.sheet).unwrap();
        let calls = runs.iter().map(|run| run.0 as f64).sum::<f64>() / 600.0;
        assert!(calls <= most, "{rates:?}: {calls}");
        let share = |right: &dyn Fn(usize) -> bool| (0..600).filter(|at| right(*at)).count() as f64 / 600.0;
        let all = panel.answers(&made.sheet).unwrap();
        let full = share(&|at| all[at].answer == Some(made.truths[at]));
        assert!(share(&|at| runs[at].1 == Some(made.truths[at])) > full - 0.03, "{rates:?}");
    }
}

/// What of the questions was answered rightly: by the panel and by the option that most members name.
fn shares(panel: &mut Panel, made: &Made) -> (f64, f64) {
    let verdicts = panel.answers(&made.sheet).unwrap();
    let most = |row: &[Option<usize>]| {
        let votes: Vec<usize> = (0..6).map(|option| row.iter().filter(|one| **one == Some(option)).count()).collect();
        (0..6).reduce(|best, option| if votes[option] > votes[best] { option } else { best })
    };
    let count = made.truths.len() as f64;
    let panel = verdicts.iter().zip(&made.truths).filter(|(verdict, truth)| verdict.answer == Some(**truth)).count();
    let vote = made.rows.iter().zip(&made.truths).filter(|(row, truth)| most(row) == Some(**truth)).count();
    (panel as f64 / count, vote as f64 / count)
}

/// Before large panels followed a few and heard the vote of all, this was 20 points and more under the vote.
#[test]
fn many_that_err_by_themselves_are_as_good_as_their_vote() {
    for members in [12, 20, 40] {
        let mut lead = 0.0;
        for seed in 0..3 {
            let made = relatives(600, members, [0.4, 0.4, 0.0, 0.0], seed);
            let (panel, vote) = shares(&mut taught(&made, seed).0, &made);
            lead += (panel - vote) / 3.0;
        }
        assert!(lead > -0.01, "{members}: {lead}");
    }
}

#[test]
fn of_many_the_able_are_found() {
    let mut rates = [0.3; 24];
    (rates[5], rates[11], rates[17]) = (0.75, 0.7, 0.65);
    for seed in 0..3 {
        let made = made(&rates, 600, seed);
        let mut panel = taught(&made, seed).0;
        let likeness = panel.portrait().members;
        let mut rank: Vec<usize> = (0..24).collect();
        rank.sort_by(|a, b| likeness[*b].knows.total_cmp(&likeness[*a].knows));
        assert!([5, 11, 17].iter().all(|able| rank[..4].contains(able)), "{rank:?}");
        let (panel, vote) = shares(&mut panel, &made);
        assert!(panel > 0.74 && panel > vote + 0.1, "{panel} {vote}");
    }
}

#[test]
fn a_plan_for_many_asks_few() {
    let mut rates = [0.3; 20];
    rates[7] = 0.9;
    let made = made(&rates, 600, 5);
    let mut panel = taught(&made, 5).0;
    let plan = panel.plan(0.005).unwrap();
    assert_eq!(plan.order[0], 7);
    let runs = panel.rehearse(&plan, &made.sheet).unwrap();
    let calls = runs.iter().map(|run| run.0 as f64).sum::<f64>() / 600.0;
    let right = runs.iter().zip(&made.truths).filter(|(run, truth)| run.1 == Some(**truth)).count() as f64 / 600.0;
    let full = shares(&mut panel, &made).0;
    assert!(calls < 3.0 && right > full - 0.03, "{calls} {right} {full}");
}

#[test]
fn of_many_every_answer_is_told_and_chances_add_up() {
    let mut lot = fastrand::Rng::with_seed(6);
    for members in [9, 17, 64] {
        let made = made(&vec![0.5; members], 200, members as u64);
        let mut panel = taught(&made, 1).0;
        let again = Panel::restore(panel.state()).unwrap().answers(&made.sheet).unwrap();
        assert_eq!(panel.answers(&made.sheet).unwrap(), again);
        for spoken in [0.02, 0.3, 0.9] {
            for _ in 0..100 {
                let options = lot.usize(2..40);
                let row: Vec<Option<usize>> =
                    (0..members).map(|_| (lot.f64() < spoken).then(|| lot.usize(0..options))).collect();
                let verdict = panel.answer(options, &row).unwrap();
                let mut told: Vec<usize> = verdict.standings.iter().flat_map(|one| one.members.clone()).collect();
                told.extend(&verdict.abstained);
                told.sort_unstable();
                assert_eq!(told, (0..members).collect::<Vec<_>>());
                let sum = verdict.none + verdict.standings.iter().map(|one| one.probability).sum::<f64>();
                assert!((sum - 1.0).abs() < 1e-9, "{verdict:?}");
                assert_eq!(verdict.answer.is_some(), row.iter().any(Option::is_some));
            }
        }
    }
}

#[test]
fn many_of_whom_nothing_is_known_are_counted() {
    let profiles: Vec<Profile> = (0..15).map(|member| Profile::named(&format!("m{member}"))).collect();
    let mut panel = Panel::new(profiles).unwrap();
    let row: Vec<Option<usize>> = (0..15).map(|member| Some(usize::from(member >= 6))).collect();
    assert_eq!(panel.answer(4, &row).unwrap().answer, Some(1));
}
