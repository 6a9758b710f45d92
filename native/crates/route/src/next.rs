//! What a part that asks for something else next leaves to the part before it.

use crate::answer::{Answer, Argument, Step, Unplanned};
use crate::steps;
use crate::text::Text;

/// The whole without what it took from a part that asks for something else next ("then paint three walls"), where it
/// lacks nothing without it.
pub(crate) fn without_next(text: &Text<'_>, left: &[Unplanned], steps: &[Step], mut whole: Answer) -> Answer {
    let next = |argument: &Argument| {
        let within =
            |part: &&Unplanned| argument.from.is_some_and(|(start, _)| part.from.0 <= start && start < part.from.1);
        left.iter().filter(within).any(|part| steps::follows(text, part.from.0))
    };
    let said = |argument: &Argument| (argument.name.clone(), argument.value.clone());
    if let ([alone], [step]) = (steps, &mut whole.steps[..])
        && (&alone.server, &alone.name) == (&step.server, &step.name)
        && alone.missing.is_empty()
        && step.arguments.iter().filter(|argument| !next(argument)).map(said).eq(alone.arguments.iter().map(said))
    {
        step.arguments.clone_from(&alone.arguments);
    }
    whole
}
