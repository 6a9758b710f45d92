//! A sentence as one tool sees it: which of its words are the tool's own, and how they answer to its parameters. What every
//! span and parameter asks again is worked out once for each token.

use crate::meaning::nearness;
use crate::parameter::Parameter;
use crate::places::Places;
use crate::text::Text;
use crate::tool::Tool;
use crate::words::alike;

/// A sentence beside a tool.
pub(crate) struct Sight<'a> {
    pub(crate) tool: &'a Tool,
    pub(crate) text: &'a Text<'a>,
    pub(crate) places: &'a Places,
    /// Which tokens are verbs of asking or the tool's own: all their stems, or the first one alone.
    pub(crate) own: Vec<bool>,
    pub(crate) says: Vec<bool>,
    /// Which tokens stand in the name of a parameter.
    pub(crate) of_parameter: Vec<bool>,
    /// How much each token is like a word of the tool's name.
    pub(crate) named: Vec<f64>,
    /// One for each parameter.
    pub(crate) echoes: Vec<Echo>,
}

impl<'a> Sight<'a> {
    pub(crate) fn of(tool: &'a Tool, parameters: &[Parameter], text: &'a Text<'a>, places: &'a Places) -> Self {
        let tokens = &text.tokens;
        let echoes: Vec<Echo> = parameters.iter().map(|parameter| Echo::of(parameter, text)).collect();
        let is_same = |at: usize| echoes.iter().any(|echo| echo.is_same(at));
        let of_name = tool.named.iter();
        let named = tokens.iter().map(|token| {
            let likeness = |own: &String| of_name.clone().map(|stem| alike(own, &stem.text)).fold(0.0, f64::max);
            token.stems.iter().map(likeness).fold(0.0, f64::max)
        });
        Self {
            tool,
            text,
            places,
            own: tokens.iter().map(|token| token.asking || token.stems.iter().any(|stem| tool.says(stem))).collect(),
            says: tokens.iter().map(|token| token.stems.first().is_some_and(|stem| tool.says(stem))).collect(),
            of_parameter: (0..tokens.len()).map(is_same).collect(),
            named: named.collect(),
            echoes,
        }
    }
}

/// The tokens of a sentence beside a parameter.
pub(crate) struct Echo {
    /// How many words the parameter's name has.
    width: usize,
    /// How much each token is like each of these words.
    like: Vec<f64>,
    /// How much each token is like the one it is most like.
    pub(crate) best: Vec<f64>,
    /// The weight of what each token and the description both say; 0 for nothing.
    pub(crate) described: Vec<f64>,
    /// How near each token is to the name.
    pub(crate) near: Vec<f64>,
}

impl Echo {
    fn of(parameter: &Parameter, text: &Text<'_>) -> Self {
        let tokens = &text.tokens;
        let like: Vec<f64> = tokens
            .iter()
            .flat_map(|token| {
                parameter.words.iter().map(|word| token.stems.iter().map(|stem| alike(stem, word)).fold(0.0, f64::max))
            })
            .collect();
        let width = parameter.words.len();
        let of = |at: usize| &like[at * width..(at + 1) * width];
        Self {
            best: (0..tokens.len()).map(|at| of(at).iter().copied().fold(0.0, f64::max)).collect(),
            described: tokens.iter().map(|token| parameter.told(&token.stems)).collect(),
            near: tokens.iter().map(|token| nearness(token.point, parameter.own.as_ref())).collect(),
            width,
            like,
        }
    }

    /// How much a token is like each word of the name.
    pub(crate) fn words(&self, at: usize) -> &[f64] {
        &self.like[at * self.width..(at + 1) * self.width]
    }

    /// Whether a token is a word of the name.
    pub(crate) fn is_same(&self, at: usize) -> bool {
        self.best[at] >= 1.0
    }

    /// Whether a token is the last word of the name.
    pub(crate) fn is_last(&self, at: usize) -> bool {
        self.words(at).last().is_some_and(|likeness| *likeness >= 1.0)
    }
}
