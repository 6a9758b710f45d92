//! The families of evidence.

/// What a signal is evidence of. Families are independent: one says nothing about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalKind {
    /// An order to the model that reads the definition, beyond how the tool is called.
    Instruction,
    /// Steers how other tools are used.
    CrossTool,
    /// Keeps something from the person.
    Concealment,
    /// Reads a secret, a file or the conversation and hands it on.
    Exfiltration,
    /// Claims to stand above other instructions.
    Override,
    /// Markup that imitates the frame of a prompt, or a comment that people do not see rendered.
    FakeFrame,
    /// Characters that people do not see, or see as others.
    HiddenText,
    /// Text in base64 or hexadecimal that decodes to instructions.
    Encoded,
    /// A parameter that asks for what the tool cannot need.
    OddParameter,
    /// Praises itself over other tools, or asks to be preferred.
    Ranking,
    /// Threatens with what happens if it is not obeyed.
    Coercion,
    /// Says of itself that it attacks or steals.
    HostilePurpose,
    /// Hints that say the opposite of the words.
    HintMismatch,
    /// The name of another server's tool, or nearly so.
    Shadowing,
}

impl SignalKind {
    /// Every family, in order.
    pub const ALL: [Self; 14] = [
        Self::Instruction,
        Self::CrossTool,
        Self::Concealment,
        Self::Exfiltration,
        Self::Override,
        Self::FakeFrame,
        Self::HiddenText,
        Self::Encoded,
        Self::OddParameter,
        Self::Ranking,
        Self::Coercion,
        Self::HostilePurpose,
        Self::HintMismatch,
        Self::Shadowing,
    ];

    /// The word for it, as it crosses to TypeScript.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Instruction => "instruction",
            Self::CrossTool => "cross_tool",
            Self::Concealment => "concealment",
            Self::Exfiltration => "exfiltration",
            Self::Override => "override",
            Self::FakeFrame => "fake_frame",
            Self::HiddenText => "hidden_text",
            Self::Encoded => "encoded",
            Self::OddParameter => "odd_parameter",
            Self::Ranking => "ranking",
            Self::Coercion => "coercion",
            Self::HostilePurpose => "hostile_purpose",
            Self::HintMismatch => "hint_mismatch",
            Self::Shadowing => "shadowing",
        }
    }
}
