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
const BIAS: f64 = -8.85;
/// A signal that was never met while learning.
const UNSEEN: f64 = 4.2;
/// What a text e times as long speaks against the definition: any row of words turns up by chance the
/// more often the longer a text is, while an attack has the same few sentences in a short one and in a long one.
const LENGTH: f64 = 1.75;
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
    ("above_user", 4.77),
    ("address_set", 5.99),
    ("after_any", 1.95),
    ("after_named_too", 4.07),
    ("against_user", 3.89),
    ("also_call", 4.21),
    ("always_forward", 4.41),
    ("always_instead", 4.31),
    ("always_prefer", 0.00),
    ("amount_changed", 3.56),
    ("any_tool", 3.90),
    ("asks_caller", 4.72),
    ("asks_note", 4.22),
    ("asks_talk", 4.08),
    ("attack_secret", 3.39),
    ("attack_what", 4.31),
    ("authority_tag", 4.36),
    ("auto_call", 5.01),
    ("auto_forward", 5.79),
    ("auto_set", 4.07),
    ("before_any", 3.03),
    ("before_named_call", 4.21),
    ("before_task_call", 3.96),
    ("before_this", 3.11),
    ("best_in_world", 4.53),
    ("best_tool", 6.83),
    ("better_than", 4.20),
    ("bypass_safety", 2.88),
    ("call_with_given", 5.71),
    ("called_with", 2.68),
    ("comment", 4.20),
    ("deed_without_consent", 3.58),
    ("disguised", 4.13),
    ("do_first", 3.36),
    ("done_silently", 3.26),
    ("effect_on", 4.20),
    ("encoded", 4.20),
    ("every_call_must", 3.73),
    ("every_time", 4.39),
    ("far_away", 4.20),
    ("first_named", 4.71),
    ("for_reasons", 4.23),
    ("for_user", 3.91),
    ("framed_order", 3.95),
    ("from_now_on", 3.56),
    ("full_talk", 2.05),
    ("give_everything", 4.27),
    ("go_through_this", 3.36),
    ("hidden_deed", 4.18),
    ("hidden_words", 4.31),
    ("hide_from", 4.20),
    ("highest_priority", 4.52),
    ("hostile_name", 4.20),
    ("hostile_opening", 4.36),
    ("ident_called", 3.65),
    ("ident_must", 4.61),
    ("ident_present", 4.69),
    ("ident_secret", 3.30),
    ("ident_value", 4.24),
    ("ignore_given", 4.23),
    ("ignore_ident", 4.00),
    ("ignore_previous", 4.39),
    ("ignore_rules", 4.68),
    ("ignore_then_do", 4.32),
    ("ignore_user", 3.73),
    ("important_you", 0.74),
    ("in_answer", 3.17),
    ("instead_call", 4.29),
    ("instead_of", 5.07),
    ("keep_quiet", 4.04),
    ("key_planted", 3.85),
    ("must_first_call", 5.22),
    ("must_send_to", 5.84),
    ("must_set", 4.59),
    ("named_before_named", 4.26),
    ("named_by_value", 3.29),
    ("named_must_set", 5.32),
    ("named_on_path", 4.20),
    ("new_role", 4.20),
    ("no_confirmation", 4.99),
    ("not_ident", 1.21),
    ("not_mention", 3.98),
    ("not_others", 4.36),
    ("not_tell", 3.27),
    ("note_to_model", 3.25),
    ("obey", 3.10),
    ("on_every_call", 1.77),
    ("on_every_task", 3.67),
    ("on_victim", 3.42),
    ("only_works", 4.36),
    ("or_else", 3.80),
    ("or_fails", 4.30),
    ("other_called", 3.54),
    ("other_tools", 3.81),
    ("others_bad", 4.40),
    ("output_as_orders", 5.18),
    ("output_obeyed", 3.70),
    ("pass_as", 3.74),
    ("pass_private", 3.44),
    ("path_by_named", 4.01),
    ("path_read_pass", 4.05),
    ("pay_unasked", 3.53),
    ("policy_says", 0.36),
    ("precedence", 4.07),
    ("prefer_this", 3.43),
    ("prefix_command", 4.23),
    ("pretext", 1.63),
    ("raid_name", 3.48),
    ("raid_offence", 4.22),
    ("raid_opening", 5.06),
    ("read_and_pass", 3.29),
    ("read_and_send", 4.71),
    ("read_secret_path", 3.04),
    ("read_secrets", 3.38),
    ("reasoning", 4.16),
    ("recipient_changed", 4.60),
    ("redirect", 4.21),
    ("required_stage", 3.04),
    ("result_changed", 4.50),
    ("retired", 4.21),
    ("reveal_prompt", 2.99),
    ("run_shell", 4.15),
    ("secret_attacked", 3.39),
    ("secret_outside", 3.48),
    ("secret_to_address", 2.79),
    ("send_all_to", 3.35),
    ("sends_saved", 4.93),
    ("set_argument", 1.76),
    ("shell_fetch", 4.08),
    ("shell_secret", 4.38),
    ("silently", 3.91),
    ("skip_consent", 4.22),
    ("steal_what", 4.42),
    ("system_orders", 2.63),
    ("tag_characters", 4.31),
    ("take_and_give", 5.13),
    ("task_detour", 4.20),
    ("tell_nothing", 4.37),
    ("terminal", 4.20),
    ("third_person", 2.30),
    ("this_needs_call", 3.47),
    ("to_ensure_must", 4.25),
    ("told_text", 2.80),
    ("tool_call_before", 4.20),
    ("tool_is_best", 1.99),
    ("tool_must_be", 3.21),
    ("tools_told", 4.20),
    ("two_offences", 4.27),
    ("two_raids", 4.30),
    ("unseen_characters", 4.20),
    ("use_instead", 2.39),
    ("use_named_on", 2.63),
    ("user_calls_you", 5.30),
    ("user_not_told", 4.20),
    ("user_unaware", 3.71),
    ("user_value_replaced", 3.89),
    ("value_for_every", 4.19),
    ("what_attacked", 4.20),
    ("what_stolen", 4.30),
    ("whatever_given", 3.50),
    ("when_named_set", 3.52),
    ("when_others", 4.77),
    ("who_calls", 6.07),
    ("will_crash", 1.95),
    ("without_consent", 2.70),
    ("you_must_call", 3.19),
    ("you_must_read", 2.92),
    ("same_name", 0.00),
];
