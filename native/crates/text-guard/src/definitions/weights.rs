//! How much each signal says, in log odds.
//!
//! Logistic regression with one weight a signal, drawn towards [`UNSEEN`], never negative. Learned on the public
//! evaluation sets of cisco-ai-defense/mcp-scanner and dongsenzhang/MSB, on a part of the servers of `MCPTox` (Wang et al.,
//! arXiv 2508.14925), on other published attacks, and on definitions of public MCP servers; servers of a fold never both
//! teach and test. Poisoned definitions count as they stand and as if the tools they name were of their own server.

use super::kind::SignalKind;

/// What speaks against it before anything is seen. Set so that at a score of one half about 4 in 1,000 definitions of
/// servers that did not teach are flagged.
const BIAS: f64 = -7.93;
/// A signal that was never met while learning.
const UNSEEN: f64 = 4.2;
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
    ("above_user", 5.02),
    ("after_any", 1.58),
    ("after_named_too", 3.87),
    ("against_user", 4.49),
    ("also_call", 4.21),
    ("always_forward", 3.98),
    ("always_instead", 4.22),
    ("always_prefer", 0.00),
    ("amount_changed", 3.55),
    ("any_tool", 3.86),
    ("asks_caller", 5.85),
    ("asks_note", 4.24),
    ("asks_talk", 3.26),
    ("attack_secret", 4.43),
    ("attack_what", 4.20),
    ("authority_tag", 3.71),
    ("auto_call", 4.20),
    ("auto_forward", 6.07),
    ("auto_set", 3.74),
    ("before_any", 3.18),
    ("before_named_call", 4.31),
    ("before_task_call", 3.89),
    ("before_this", 3.11),
    ("best_in_world", 4.32),
    ("best_tool", 6.00),
    ("better_than", 4.24),
    ("bypass_safety", 3.30),
    ("call_with_given", 5.17),
    ("called_with", 3.61),
    ("comment", 4.20),
    ("deed_without_consent", 4.48),
    ("disguised", 4.20),
    ("do_first", 2.44),
    ("done_silently", 2.31),
    ("effect_on", 4.20),
    ("encoded", 4.20),
    ("every_call_must", 3.22),
    ("every_time", 4.09),
    ("far_away", 4.20),
    ("first_named", 3.71),
    ("for_reasons", 4.21),
    ("for_user", 3.89),
    ("framed_order", 3.43),
    ("from_now_on", 3.24),
    ("full_talk", 3.21),
    ("give_everything", 5.70),
    ("go_through_this", 2.47),
    ("hidden_deed", 4.14),
    ("hidden_words", 4.30),
    ("hide_from", 4.20),
    ("highest_priority", 4.57),
    ("hostile_name", 5.90),
    ("hostile_opening", 5.37),
    ("ident_called", 4.23),
    ("ident_must", 4.22),
    ("ident_present", 4.26),
    ("ident_secret", 3.51),
    ("ident_value", 4.09),
    ("ignore_given", 4.21),
    ("ignore_ident", 4.20),
    ("ignore_previous", 4.39),
    ("ignore_rules", 4.88),
    ("ignore_then_do", 4.21),
    ("ignore_user", 3.41),
    ("important_you", 0.00),
    ("in_answer", 4.43),
    ("instead_call", 4.49),
    ("instead_of", 4.94),
    ("keep_quiet", 4.08),
    ("key_planted", 2.87),
    ("must_first_call", 5.81),
    ("must_send_to", 5.88),
    ("must_set", 4.85),
    ("named_before_named", 4.42),
    ("named_by_value", 3.05),
    ("named_must_set", 5.45),
    ("named_on_path", 4.20),
    ("new_role", 4.20),
    ("no_confirmation", 4.97),
    ("not_ident", 1.16),
    ("not_mention", 4.90),
    ("not_others", 4.56),
    ("not_tell", 3.72),
    ("note_to_model", 3.09),
    ("obey", 3.58),
    ("on_every_call", 0.48),
    ("on_every_task", 3.58),
    ("on_victim", 3.97),
    ("only_works", 4.24),
    ("or_else", 4.20),
    ("or_fails", 4.57),
    ("other_called", 2.04),
    ("other_tools", 3.27),
    ("others_bad", 4.67),
    ("output_as_orders", 5.38),
    ("output_obeyed", 2.54),
    ("pass_as", 4.71),
    ("pass_private", 2.85),
    ("path_by_named", 3.17),
    ("path_read_pass", 3.90),
    ("pay_unasked", 2.71),
    ("policy_says", 0.00),
    ("precedence", 3.45),
    ("prefer_this", 2.92),
    ("prefix_command", 4.22),
    ("pretext", 1.34),
    ("raid_name", 4.81),
    ("raid_offence", 4.21),
    ("raid_opening", 5.79),
    ("read_and_pass", 2.29),
    ("read_and_send", 4.73),
    ("read_secret_path", 2.54),
    ("read_secrets", 3.11),
    ("reasoning", 3.96),
    ("recipient_changed", 3.98),
    ("redirect", 4.22),
    ("required_stage", 2.57),
    ("result_changed", 4.35),
    ("retired", 4.25),
    ("reveal_prompt", 3.83),
    ("run_shell", 4.14),
    ("secret_attacked", 4.17),
    ("secret_outside", 4.21),
    ("secret_to_address", 2.99),
    ("send_all_to", 2.45),
    ("sends_saved", 4.57),
    ("set_argument", 1.24),
    ("shell_fetch", 3.82),
    ("shell_secret", 4.83),
    ("silently", 5.10),
    ("skip_consent", 3.58),
    ("steal_what", 4.49),
    ("system_orders", 2.21),
    ("tag_characters", 4.30),
    ("take_and_give", 4.25),
    ("task_detour", 4.20),
    ("tell_nothing", 4.58),
    ("terminal", 4.20),
    ("third_person", 1.74),
    ("this_needs_call", 4.09),
    ("to_ensure_must", 4.56),
    ("told_text", 1.69),
    ("tool_call_before", 4.23),
    ("tool_is_best", 2.82),
    ("tool_must_be", 2.78),
    ("tools_told", 4.14),
    ("two_offences", 4.29),
    ("two_raids", 4.46),
    ("unseen_characters", 4.20),
    ("use_instead", 3.01),
    ("use_named_on", 2.29),
    ("user_calls_you", 5.38),
    ("user_not_told", 4.23),
    ("user_unaware", 3.83),
    ("user_value_replaced", 3.79),
    ("value_for_every", 4.10),
    ("what_attacked", 4.20),
    ("what_stolen", 4.33),
    ("whatever_given", 4.21),
    ("when_named_set", 4.34),
    ("when_others", 4.74),
    ("who_calls", 5.55),
    ("will_crash", 0.00),
    ("without_consent", 1.63),
    ("you_must_call", 3.19),
    ("you_must_read", 2.89),
    ("same_name", 0.00),
];
