//! How much each signal says, in log odds.
//!
//! Logistic regression with one weight a signal, drawn towards [`UNSEEN`], never negative. Learned on the public
//! evaluation sets of cisco-ai-defense/mcp-scanner and dongsenzhang/MSB, on a part of the servers of `MCPTox` (Wang et al.,
//! arXiv 2508.14925), on other published attacks, and on definitions of public MCP servers; servers of a fold never both
//! teach and test. Poisoned definitions count as they stand and as if the tools they name were of their own server.

use super::kind::SignalKind;

/// What speaks against it before anything is seen. Set so that at a score of one half about 4 in 1,000 definitions of
/// servers that did not teach are flagged.
const BIAS: f64 = -6.69;
/// A signal that was never met while learning.
const UNSEEN: f64 = 2.7;
/// Signals of one family say much the same: the second counts for this share of its weight, the third for this of that.
const AGAIN: f64 = 0.7;

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
    ("above_user", 4.22),
    ("after_any", 1.86),
    ("after_named_too", 2.53),
    ("against_user", 3.72),
    ("also_call", 2.76),
    ("always_forward", 3.41),
    ("always_instead", 2.81),
    ("always_prefer", 0.00),
    ("amount_changed", 3.04),
    ("any_tool", 2.57),
    ("asks_caller", 5.21),
    ("asks_note", 2.79),
    ("asks_talk", 1.84),
    ("attack_secret", 3.21),
    ("attack_what", 2.86),
    ("authority_tag", 4.63),
    ("auto_call", 2.70),
    ("auto_forward", 5.25),
    ("auto_set", 2.64),
    ("before_any", 1.98),
    ("before_named_call", 2.98),
    ("before_task_call", 2.91),
    ("before_this", 2.10),
    ("best_in_world", 3.97),
    ("best_tool", 5.32),
    ("better_than", 3.09),
    ("bypass_safety", 2.73),
    ("call_with_given", 4.66),
    ("called_with", 3.26),
    ("comment", 2.81),
    ("deed_without_consent", 3.19),
    ("disguised", 2.72),
    ("do_first", 2.11),
    ("done_silently", 1.55),
    ("effect_on", 2.70),
    ("encoded", 2.70),
    ("every_call_must", 2.17),
    ("every_time", 2.66),
    ("far_away", 2.70),
    ("first_named", 3.41),
    ("for_reasons", 2.79),
    ("for_user", 2.59),
    ("from_now_on", 2.13),
    ("full_talk", 3.15),
    ("give_everything", 4.66),
    ("go_through_this", 1.63),
    ("hidden_deed", 2.67),
    ("hidden_words", 3.16),
    ("hide_from", 2.70),
    ("highest_priority", 3.67),
    ("hostile_name", 5.54),
    ("hostile_opening", 4.44),
    ("ident_called", 2.83),
    ("ident_must", 2.77),
    ("ident_present", 2.93),
    ("ident_secret", 2.28),
    ("ident_value", 2.66),
    ("ignore_given", 2.80),
    ("ignore_ident", 2.70),
    ("ignore_previous", 3.35),
    ("ignore_rules", 4.30),
    ("ignore_user", 2.41),
    ("important_you", 0.01),
    ("in_answer", 3.57),
    ("instead_call", 3.27),
    ("instead_of", 4.01),
    ("keep_quiet", 2.63),
    ("key_planted", 1.99),
    ("must_first_call", 4.86),
    ("must_send_to", 4.90),
    ("must_set", 4.09),
    ("named_before_named", 3.18),
    ("named_by_value", 2.67),
    ("named_must_set", 4.62),
    ("named_on_path", 2.72),
    ("new_role", 2.70),
    ("no_confirmation", 4.29),
    ("not_ident", 1.28),
    ("not_mention", 3.96),
    ("not_others", 3.82),
    ("not_tell", 3.52),
    ("note_to_model", 2.38),
    ("obey", 2.58),
    ("on_every_call", 0.76),
    ("on_every_task", 2.83),
    ("on_victim", 3.17),
    ("only_works", 3.49),
    ("or_else", 2.70),
    ("or_fails", 3.67),
    ("other_called", 2.04),
    ("other_tools", 2.17),
    ("others_bad", 3.77),
    ("output_as_orders", 4.59),
    ("output_obeyed", 1.91),
    ("pass_as", 4.30),
    ("pass_private", 2.82),
    ("path_by_named", 2.08),
    ("path_read_pass", 3.03),
    ("pay_unasked", 1.78),
    ("policy_says", 0.06),
    ("precedence", 2.74),
    ("prefer_this", 2.23),
    ("prefix_command", 2.75),
    ("pretext", 1.60),
    ("raid_name", 4.13),
    ("raid_offence", 2.71),
    ("raid_opening", 5.04),
    ("read_and_pass", 2.37),
    ("read_and_send", 3.87),
    ("read_secret_path", 2.48),
    ("read_secrets", 3.10),
    ("reasoning", 2.57),
    ("recipient_changed", 2.99),
    ("redirect", 2.93),
    ("required_stage", 2.34),
    ("result_changed", 3.30),
    ("retired", 2.88),
    ("reveal_prompt", 2.52),
    ("run_shell", 2.71),
    ("secret_attacked", 2.81),
    ("secret_outside", 2.79),
    ("secret_to_address", 2.82),
    ("send_all_to", 1.94),
    ("sends_saved", 3.52),
    ("set_argument", 1.53),
    ("shell_fetch", 2.56),
    ("shell_secret", 4.09),
    ("silently", 3.98),
    ("skip_consent", 2.57),
    ("steal_what", 3.22),
    ("system_orders", 1.29),
    ("tag_characters", 3.15),
    ("take_and_give", 3.18),
    ("task_detour", 2.74),
    ("tell_nothing", 3.12),
    ("terminal", 2.71),
    ("third_person", 1.54),
    ("this_needs_call", 2.99),
    ("to_ensure_must", 3.56),
    ("told_text", 1.28),
    ("tool_call_before", 3.04),
    ("tool_is_best", 2.58),
    ("tool_must_be", 2.83),
    ("tools_told", 2.70),
    ("two_offences", 2.86),
    ("two_raids", 3.15),
    ("unseen_characters", 2.70),
    ("use_instead", 3.08),
    ("use_named_on", 1.38),
    ("user_calls_you", 4.51),
    ("user_not_told", 3.04),
    ("user_unaware", 2.62),
    ("user_value_replaced", 2.44),
    ("value_for_every", 2.82),
    ("what_attacked", 2.70),
    ("what_stolen", 2.95),
    ("whatever_given", 2.77),
    ("when_named_set", 3.94),
    ("when_others", 3.55),
    ("who_calls", 4.67),
    ("will_crash", 0.00),
    ("without_consent", 1.27),
    ("you_must_call", 2.98),
    ("you_must_read", 1.99),
    ("same_name", 0.00),
];
