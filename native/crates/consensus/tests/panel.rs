//! A panel on generated members whose errors are shared.

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
