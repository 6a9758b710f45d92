//! How much each signal says, in log odds.
//!
//! Logistic regression with one weight a signal, drawn towards [`UNSEEN`], never negative. Learned on the public
//! evaluation sets of cisco-ai-defense/mcp-scanner and dongsenzhang/MSB, on a part of the servers of `MCPTox` (Wang et al.,
//! arXiv 2508.14925), on other published attacks, and on definitions of public MCP servers; servers of a fold never both
//! teach and test. Poisoned definitions count as they stand, as if the tools they name were of their own server, and put into a long honest
//! definition.

use super::kind::SignalKind;

/// What speaks against it before anything is seen. Set so that at a score of one half about 4 in 1,000 definitions of
/// servers that did not teach are flagged.
const BIAS: f64 = -9.07;
/// A signal that was never met while learning.
const UNSEEN: f64 = 4.2;
/// What a text e times as long speaks against the definition: any row of words turns up by chance the
/// more often the longer a text is, while an attack has the same few sentences in a short one and in a long one.
const LENGTH: f64 = 1.5;
/// Bytes of text at which length says nothing, and by how many powers of e it counts below and above: what is padded
/// further gains nothing.
const USUAL_BYTES: f64 = 600.0;
const SHORTEST: f64 = -1.5;
const LONGEST: f64 = 1.5;
/// Signals of one family say much the same: the second counts for this share of its weight, the third for this of that.
const AGAIN: f64 = 0.7;

/// The weight of a signal.
pub(super) fn of(id: &str) -> f64 {
    WEIGHTS.iter().find(|(name, _)| *name == id).map_or(UNSEEN, |(_, weight)| *weight)
}

/// The score of all signals together, found in so many bytes of text.
pub(super) fn score(signals: impl Iterator<Item = (SignalKind, &'static str)>, bytes: usize) -> f64 {
    let mut families: [Vec<f64>; SignalKind::ALL.len()] = Default::default();
    for (kind, id) in signals {
        families[kind as usize].push(of(id));
    }
    // No text is so long that a float would not do.
    #[allow(clippy::cast_precision_loss)]
    let length = (bytes.max(1) as f64 / USUAL_BYTES).ln().clamp(SHORTEST, LONGEST);
    let mut odds = BIAS - LENGTH * length;
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
    ("above_user", 4.55),
    ("after_any", 1.59),
    ("after_named_too", 4.06),
    ("against_user", 3.93),
    ("also_call", 4.21),
    ("always_forward", 4.35),
    ("always_instead", 4.28),
    ("always_prefer", 0.00),
    ("amount_changed", 3.08),
    ("any_tool", 3.91),
    ("asks_caller", 4.77),
    ("asks_note", 4.22),
    ("asks_talk", 3.87),
    ("attack_secret", 3.40),
    ("attack_what", 4.28),
    ("authority_tag", 4.34),
    ("auto_call", 4.93),
    ("auto_forward", 5.74),
    ("auto_set", 4.01),
    ("before_any", 3.09),
    ("before_named_call", 4.21),
    ("before_task_call", 3.95),
    ("before_this", 3.01),
    ("best_in_world", 4.32),
    ("best_tool", 6.77),
    ("better_than", 4.20),
    ("bypass_safety", 2.88),
    ("call_with_given", 5.68),
    ("called_with", 2.73),
    ("comment", 4.20),
    ("deed_without_consent", 3.58),
    ("disguised", 4.13),
    ("do_first", 3.21),
    ("done_silently", 3.05),
    ("effect_on", 4.20),
    ("encoded", 4.20),
    ("every_call_must", 3.73),
    ("every_time", 4.38),
    ("far_away", 4.20),
    ("first_named", 4.56),
    ("for_reasons", 4.22),
    ("for_user", 3.93),
    ("framed_order", 3.86),
    ("from_now_on", 3.42),
    ("full_talk", 2.55),
    ("give_everything", 3.90),
    ("go_through_this", 3.34),
    ("hidden_deed", 4.18),
    ("hidden_words", 4.29),
    ("hide_from", 4.20),
    ("highest_priority", 4.55),
    ("hostile_name", 4.40),
    ("hostile_opening", 4.42),
    ("ident_called", 3.41),
    ("ident_must", 4.24),
    ("ident_present", 4.52),
    ("ident_secret", 3.29),
    ("ident_value", 4.16),
    ("ignore_given", 4.21),
    ("ignore_ident", 3.97),
    ("ignore_previous", 4.38),
    ("ignore_rules", 4.63),
    ("ignore_then_do", 4.31),
    ("ignore_user", 3.73),
    ("important_you", 0.61),
    ("in_answer", 3.09),
    ("instead_call", 4.29),
    ("instead_of", 5.08),
    ("keep_quiet", 4.05),
    ("key_planted", 3.87),
    ("must_first_call", 5.11),
    ("must_send_to", 5.74),
    ("must_set", 4.44),
    ("named_before_named", 4.25),
    ("named_by_value", 3.04),
    ("named_must_set", 5.02),
    ("named_on_path", 4.20),
    ("new_role", 4.20),
    ("no_confirmation", 4.89),
    ("not_ident", 1.34),
    ("not_mention", 3.13),
    ("not_others", 4.35),
    ("not_tell", 3.38),
    ("note_to_model", 3.28),
    ("obey", 2.70),
    ("on_every_call", 1.59),
    ("on_every_task", 3.62),
    ("on_victim", 3.48),
    ("only_works", 4.33),
    ("or_else", 3.78),
    ("or_fails", 4.30),
    ("other_called", 3.13),
    ("other_tools", 3.78),
    ("others_bad", 4.37),
    ("output_as_orders", 5.13),
    ("output_obeyed", 3.70),
    ("pass_as", 3.58),
    ("pass_private", 3.47),
    ("path_by_named", 3.93),
    ("path_read_pass", 4.06),
    ("pay_unasked", 3.53),
    ("policy_says", 0.31),
    ("precedence", 4.05),
    ("prefer_this", 3.42),
    ("prefix_command", 4.22),
    ("pretext", 1.66),
    ("raid_name", 3.60),
    ("raid_offence", 4.21),
    ("raid_opening", 5.11),
    ("read_and_pass", 3.22),
    ("read_and_send", 4.84),
    ("read_secret_path", 3.09),
    ("read_secrets", 3.39),
    ("reasoning", 4.13),
    ("recipient_changed", 4.59),
    ("redirect", 4.21),
    ("required_stage", 3.10),
    ("result_changed", 4.47),
    ("retired", 4.21),
    ("reveal_prompt", 2.94),
    ("run_shell", 4.15),
    ("secret_attacked", 3.50),
    ("secret_outside", 3.52),
    ("secret_to_address", 2.82),
    ("send_all_to", 3.36),
    ("sends_saved", 4.64),
    ("set_argument", 1.94),
    ("shell_fetch", 4.08),
    ("shell_secret", 4.39),
    ("silently", 3.99),
    ("skip_consent", 4.16),
    ("steal_what", 4.43),
    ("system_orders", 2.58),
    ("tag_characters", 4.29),
    ("take_and_give", 5.10),
    ("task_detour", 4.20),
    ("tell_nothing", 4.35),
    ("terminal", 4.20),
    ("third_person", 2.26),
    ("this_needs_call", 3.47),
    ("to_ensure_must", 4.32),
    ("told_text", 2.28),
    ("tool_call_before", 4.20),
    ("tool_is_best", 1.96),
    ("tool_must_be", 3.20),
    ("tools_told", 4.20),
    ("two_offences", 4.25),
    ("two_raids", 4.30),
    ("unseen_characters", 4.20),
    ("use_instead", 2.34),
    ("use_named_on", 2.58),
    ("user_calls_you", 5.34),
    ("user_not_told", 4.20),
    ("user_unaware", 3.70),
    ("user_value_replaced", 3.98),
    ("value_for_every", 4.19),
    ("what_attacked", 4.20),
    ("what_stolen", 4.27),
    ("whatever_given", 3.57),
    ("when_named_set", 4.60),
    ("when_others", 4.81),
    ("who_calls", 6.03),
    ("will_crash", 1.80),
    ("without_consent", 2.68),
    ("you_must_call", 3.18),
    ("you_must_read", 2.93),
    ("same_name", 0.00),
];
