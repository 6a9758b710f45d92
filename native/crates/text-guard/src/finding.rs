/// Something that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Offset of its first byte in the source.
    pub start: usize,
    /// Offset after its last byte in the source.
    pub end: usize,
    /// A number of JSON, outside of any string: its mask is a string.
    pub number: bool,
}

macro_rules! kinds {
    ($($kind:ident, $word:literal, $reason:literal;)*) => {
        /// What was found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[allow(clippy::doc_markdown)] // the docs are the words
        pub enum Kind {
            $(#[doc = $word] $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The word for it, as it stands in `[masked:…]`.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$kind => $word,)* }
            }

            /// How it was recognised.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$kind => $reason,)* }
            }

            /// What stands in its place.
            pub(crate) const fn mask(self) -> &'static str {
                if self.is_unseen() { "" } else { match self { $(Self::$kind => concat!("[masked:", $word, "]"),)* } }
            }
        }
    };
}

kinds! {
    AwsAccessKey, "aws_access_key", "an AWS access key id: AKIA or a sister prefix and 16 capitals or digits";
    GithubToken, "github_token", "a GitHub token: ghp_, gho_, ghu_, ghs_, ghr_ or github_pat_";
    SlackToken, "slack_token", "a Slack token: xoxb-, xoxp- or a sister prefix, or xapp-";
    PrivateKey, "private_key", "a private key in a PEM frame";
    Jwt, "jwt", "a JSON Web Token: two JSON objects in base64url and a signature";
    GoogleApiKey, "google_api_key", "a Google API key: AIza and 35 characters";
    StripeKey, "stripe_key", "a Stripe live key: sk_live_ or rk_live_";
    NpmToken, "npm_token", "an npm token: npm_ and 36 characters";
    GitlabToken, "gitlab_token", "a GitLab token: glpat- and at least 20 characters";
    AnthropicKey, "anthropic_key", "an Anthropic key: sk-ant-";
    OpenaiKey, "openai_key", "an OpenAI key, or one of the same form: sk-";
    IssuedToken, "issued_token", "a token with the prefix and the form of a known issuer";
    UrlPassword, "url_password", "a password in a URL: user:password@host";
    Password, "password", "a value assigned to a name that says password";
    Credential, "credential", "a value assigned to a name that says secret, key or token, of the form or the randomness of one";
    Authorization, "authorization", "the credentials of an Authorization header or after Bearer";
    AnsiEscape, "ansi_escape", "a terminal escape sequence";
    ControlCharacter, "control_character", "a control character other than tab, line feed and carriage return";
    BidiControl, "bidi_control", "a control of the writing direction";
    InvisibleCharacter, "invisible_character", "a character that has no shape";
    TagCharacter, "tag_character", "a character of the Unicode block Tags";
    Email, "email", "an e-mail address";
    PhoneNumber, "phone_number", "a telephone number: international with a country's code and length, or North American";
    CardNumber, "card_number", "a payment card number: an issuer's range, its length, and the check digit of Luhn";
    Iban, "iban", "an IBAN: a country's length, and remainder 1 modulo 97";
    UsSsn, "us_ssn", "a United States social security number in groups";
}

impl Kind {
    /// Whether this is a secret, and neither personal data nor text that people do not see.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        !self.is_unseen() && !self.is_personal()
    }

    /// Whether the secret itself tells what it is, whatever stands before it.
    pub(crate) const fn has_form(self) -> bool {
        self.is_secret() && !matches!(self, Self::Password | Self::Credential | Self::Authorization | Self::UrlPassword)
    }

    /// Whether this is personal data.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Email | Self::PhoneNumber | Self::CardNumber | Self::Iban | Self::UsSsn)
    }

    /// Whether this is text that people do not see.
    #[must_use]
    pub const fn is_unseen(self) -> bool {
        matches!(
            self,
            Self::AnsiEscape
                | Self::ControlCharacter
                | Self::BidiControl
                | Self::InvisibleCharacter
                | Self::TagCharacter
        )
    }
}
