//! How much each signal says, in log odds.
//!
//! Logistic regression with one weight a signal, drawn towards [`UNSEEN`], never negative. Learned on the public
//! evaluation sets of cisco-ai-defense/mcp-scanner and dongsenzhang/MSB, on poisoned definitions written for it, and on
//! definitions of public MCP servers; servers of a fold never both teach and test.

use super::kind::SignalKind;

/// What speaks against it before anything is seen. Set so that at a score of one half about 4 in 1,000 definitions of
/// servers that did not teach are flagged.
const BIAS: f64 = -4.93;
/// A signal that was never met while learning.
const UNSEEN: f64 = 2.7;
/// Signals of one family say much the same: the second counts for this share of its weight, the third for this of that.
const AGAIN: f64 = 0.5;

/// The weight of a signal.
pub(super) fn of(id: &str) -> f64 {
    WEIGHTS.iter().find(|(name, _)| *name == id).map_or(UNSEEN, |(_, weight)| *weight)
}

/// The score of all signals together.
pub(super) fn score(signals: impl Iterator<Item = (SignalKind, &'static str)>) -> f64 {
    let mut families: [Vec<f64>; SignalKind::ALL.len()] = Default::default();
    for (kind, id) in signals {
        families[kind as usize].push(of(id));
    }
    let mut odds = BIAS;
    for family in &mut families {
        family.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut share = 1.0;
        for weight in family {
            odds += share * *weight;
            share *= AGAIN;
        }
    }
    1.0 / (1.0 + (-odds).exp())
}

/// Learned; a signal that is not here is [`UNSEEN`]. A name that two servers share is no sign by itself.
const WEIGHTS: &[(&str, f64)] = &[
    ("against_user", 3.70),
    ("always_forward", 3.43),
    ("always_instead", 3.03),
    ("always_prefer", 0.14),
    ("any_tool", 2.53),
    ("asks_caller", 6.13),
    ("asks_talk", 1.96),
    ("attack_secret", 8.19),
    ("attack_what", 7.26),
    ("authority_tag", 3.57),
    ("before_any", 1.91),
    ("before_task_call", 2.32),
    ("before_this", 2.35),
    ("best_in_world", 4.18),
    ("best_tool", 5.98),
    ("better_than", 3.13),
    ("bypass_safety", 2.40),
    ("called_with", 3.15),
    ("comment", 2.80),
    ("do_first", 1.06),
    ("done_silently", 1.72),
    ("first_named", 0.75),
    ("for_user", 2.93),
    ("full_talk", 4.35),
    ("hidden_words", 2.81),
    ("highest_priority", 3.53),
    ("hostile_name", 8.67),
    ("ident_called", 4.96),
    ("ident_must", 2.81),
    ("ident_present", 3.86),
    ("ident_secret", 3.69),
    ("ident_value", 3.51),
    ("ignore_previous", 3.20),
    ("ignore_rules", 5.75),
    ("ignore_user", 3.09),
    ("important_you", 1.09),
    ("instead_of", 2.34),
    ("key_planted", 2.32),
    ("must_send_to", 6.29),
    ("named_on_path", 3.69),
    ("no_confirmation", 5.19),
    ("not_ident", 1.39),
    ("not_mention", 2.08),
    ("not_others", 3.81),
    ("not_tell", 5.17),
    ("obey", 2.51),
    ("on_every_call", 1.15),
    ("on_every_task", 3.81),
    ("on_victim", 4.58),
    ("only_works", 3.26),
    ("or_fails", 3.81),
    ("other_called", 1.32),
    ("other_tools", 2.43),
    ("others_bad", 3.44),
    ("output_as_orders", 4.91),
    ("pass_as", 3.59),
    ("pass_private", 2.64),
    ("path_read_pass", 2.91),
    ("precedence", 2.51),
    ("prefer_this", 2.84),
    ("prefix_command", 3.21),
    ("pretext", 1.86),
    ("raid_offence", 2.76),
    ("read_and_pass", 4.25),
    ("read_and_send", 5.28),
    ("read_secret_path", 4.48),
    ("read_secrets", 2.42),
    ("reasoning", 2.60),
    ("recipient_changed", 3.56),
    ("redirect", 3.06),
    ("retired", 2.93),
    ("reveal_prompt", 2.45),
    ("run_shell", 2.98),
    ("same_name", 0.00),
    ("secret_attacked", 6.90),
    ("secret_to_address", 3.50),
    ("send_all_to", 1.86),
    ("shell_fetch", 2.41),
    ("shell_secret", 3.87),
    ("silently", 3.96),
    ("skip_consent", 2.59),
    ("steal_what", 3.44),
    ("system_orders", 2.28),
    ("tag_characters", 2.81),
    ("task_detour", 3.33),
    ("third_person", 1.46),
    ("tool_call_before", 3.03),
    ("tool_is_best", 2.09),
    ("tool_must_be", 1.84),
    ("tools_told", 2.76),
    ("two_raids", 6.27),
    ("use_instead", 0.00),
    ("use_named_on", 0.62),
    ("user_not_told", 3.03),
    ("user_unaware", 3.49),
    ("what_attacked", 2.92),
    ("what_stolen", 3.01),
    ("when_others", 4.14),
    ("who_calls", 4.91),
    ("will_crash", 1.33),
    ("without_consent", 1.17),
    ("you_must_call", 1.11),
    ("you_must_read", 2.33),
];
