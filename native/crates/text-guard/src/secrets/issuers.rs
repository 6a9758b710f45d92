//! Issuers whose tokens have a prefix of their own, by what the issuers, and secret scanners at large, publish.

/// What a token is made of after its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Letters and digits.
    Letters,
    /// Capitals, digits and `-`.
    Capitals,
    /// Hexadecimal digits in lower case.
    Hex,
    /// Letters, digits and `_`.
    Word,
    /// base64url: letters, digits, `_` and `-`.
    UrlSafe,
    /// base64url and `.`.
    Dotted,
    /// base64 in either form, with `=`.
    Base64,
    /// base64url and `/`, the path of a URL.
    Path,
}

impl Alphabet {
    pub(super) fn holds(self, byte: u8) -> bool {
        let word = byte.is_ascii_alphanumeric() || byte == b'_';
        match self {
            Self::Letters => byte.is_ascii_alphanumeric(),
            Self::Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-',
            Self::Hex => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
            Self::Word => word,
            Self::UrlSafe => word || byte == b'-',
            Self::Dotted => word || matches!(byte, b'-' | b'.'),
            Self::Base64 => word || matches!(byte, b'-' | b'+' | b'/' | b'='),
            Self::Path => word || matches!(byte, b'-' | b'/'),
        }
    }
}

/// The form of one issuer's token.
pub(super) struct Issuer {
    /// Three bytes or more.
    pub(super) prefix: &'static str,
    /// The fewest bytes after it.
    pub(super) least: usize,
    pub(super) alphabet: Alphabet,
}

/// Sorted by issuer.
pub(super) const ISSUERS: &[Issuer] = &[
    // 1Password
    Issuer { prefix: "ops_eyJ", least: 200, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "A3-", least: 33, alphabet: Alphabet::Capitals },
    // age
    Issuer { prefix: "AGE-SECRET-KEY-1", least: 50, alphabet: Alphabet::Letters },
    // Alibaba Cloud
    Issuer { prefix: "LTAI", least: 16, alphabet: Alphabet::Letters },
    // Amazon Bedrock
    Issuer { prefix: "ABSK", least: 100, alphabet: Alphabet::Base64 },
    Issuer { prefix: "bedrock-api-key-", least: 40, alphabet: Alphabet::Base64 },
    // Atlassian
    Issuer { prefix: "ATATT3", least: 100, alphabet: Alphabet::Base64 },
    Issuer { prefix: "ATCTT3", least: 100, alphabet: Alphabet::Base64 },
    // Bitbucket
    Issuer { prefix: "ATBB", least: 28, alphabet: Alphabet::Letters },
    // Brevo
    Issuer { prefix: "xkeysib-", least: 64, alphabet: Alphabet::UrlSafe },
    // Buildkite
    Issuer { prefix: "bkua_", least: 40, alphabet: Alphabet::Letters },
    // CircleCI
    Issuer { prefix: "CCIPAT_", least: 40, alphabet: Alphabet::Word },
    // Clojars
    Issuer { prefix: "CLOJARS_", least: 60, alphabet: Alphabet::Hex },
    // Cloudflare
    Issuer { prefix: "cfut_", least: 40, alphabet: Alphabet::Word },
    Issuer { prefix: "cfat_", least: 40, alphabet: Alphabet::Word },
    Issuer { prefix: "cfk_", least: 40, alphabet: Alphabet::Word },
    // Contentful
    Issuer { prefix: "CFPAT-", least: 43, alphabet: Alphabet::UrlSafe },
    // Databricks
    Issuer { prefix: "dapi", least: 32, alphabet: Alphabet::Hex },
    // DigitalOcean
    Issuer { prefix: "dop_v1_", least: 64, alphabet: Alphabet::Hex },
    Issuer { prefix: "doo_v1_", least: 64, alphabet: Alphabet::Hex },
    Issuer { prefix: "dor_v1_", least: 64, alphabet: Alphabet::Hex },
    // Discord webhook
    Issuer { prefix: "discord.com/api/webhooks/", least: 60, alphabet: Alphabet::Path },
    // Docker Hub
    Issuer { prefix: "dckr_", least: 31, alphabet: Alphabet::UrlSafe },
    // Doppler
    Issuer { prefix: "dp.pt.", least: 40, alphabet: Alphabet::Letters },
    Issuer { prefix: "dp.st.", least: 40, alphabet: Alphabet::Dotted },
    Issuer { prefix: "dp.ct.", least: 40, alphabet: Alphabet::Letters },
    Issuer { prefix: "dp.sa.", least: 40, alphabet: Alphabet::Letters },
    // Dynatrace
    Issuer { prefix: "dt0c01.", least: 64, alphabet: Alphabet::Dotted },
    // Figma
    Issuer { prefix: "figd_", least: 40, alphabet: Alphabet::UrlSafe },
    // Firecrawl
    Issuer { prefix: "fc-", least: 32, alphabet: Alphabet::Hex },
    // Fly.io
    Issuer { prefix: "fm2_", least: 60, alphabet: Alphabet::Base64 },
    Issuer { prefix: "fm1", least: 60, alphabet: Alphabet::Base64 },
    // GitLab
    Issuer { prefix: "glptt-", least: 20, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "gldt-", least: 20, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "glrt-", least: 20, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "glcbt-", least: 20, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "glsoat-", least: 20, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "gloas-", least: 60, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "glagent-", least: 50, alphabet: Alphabet::UrlSafe },
    // Google AI Studio
    Issuer { prefix: "AQ.Ab8", least: 40, alphabet: Alphabet::UrlSafe },
    // Google OAuth
    Issuer { prefix: "ya29.", least: 30, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "GOCSPX-", least: 28, alphabet: Alphabet::UrlSafe },
    // Grafana
    Issuer { prefix: "glsa_", least: 32, alphabet: Alphabet::Word },
    // Grafana Cloud
    Issuer { prefix: "glc_", least: 32, alphabet: Alphabet::Base64 },
    // Groq
    Issuer { prefix: "gsk_", least: 40, alphabet: Alphabet::Letters },
    // HashiCorp Vault
    Issuer { prefix: "hvs.", least: 24, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "hvb.", least: 60, alphabet: Alphabet::UrlSafe },
    // HCP Terraform
    Issuer { prefix: ".atlasv1.", least: 60, alphabet: Alphabet::UrlSafe },
    // Heroku
    Issuer { prefix: "HRKU-", least: 36, alphabet: Alphabet::UrlSafe },
    // HubSpot
    Issuer { prefix: "pat-na1-", least: 30, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "pat-eu1-", least: 30, alphabet: Alphabet::UrlSafe },
    // Hugging Face
    Issuer { prefix: "hf_", least: 34, alphabet: Alphabet::Letters },
    // JFrog
    Issuer { prefix: "AKCp", least: 69, alphabet: Alphabet::Letters },
    // Jina
    Issuer { prefix: "jina_", least: 40, alphabet: Alphabet::UrlSafe },
    // LangSmith
    Issuer { prefix: "lsv2_pt_", least: 40, alphabet: Alphabet::Word },
    Issuer { prefix: "lsv2_sk_", least: 40, alphabet: Alphabet::Word },
    // Linear
    Issuer { prefix: "lin_api_", least: 32, alphabet: Alphabet::Letters },
    Issuer { prefix: "lin_oauth_", least: 32, alphabet: Alphabet::Letters },
    // New Relic
    Issuer { prefix: "NRAK-", least: 27, alphabet: Alphabet::Letters },
    // Notion
    Issuer { prefix: "ntn_", least: 40, alphabet: Alphabet::Letters },
    // NuGet
    Issuer { prefix: "oy2", least: 43, alphabet: Alphabet::Letters },
    // NVIDIA
    Issuer { prefix: "nvapi-", least: 60, alphabet: Alphabet::UrlSafe },
    // Perplexity
    Issuer { prefix: "pplx-", least: 40, alphabet: Alphabet::Letters },
    // Pinecone
    Issuer { prefix: "pcsk_", least: 50, alphabet: Alphabet::Word },
    // PlanetScale
    Issuer { prefix: "pscale_", least: 35, alphabet: Alphabet::Dotted },
    // Postman
    Issuer { prefix: "PMAK-", least: 24, alphabet: Alphabet::UrlSafe },
    // Prefect
    Issuer { prefix: "pnu_", least: 36, alphabet: Alphabet::Letters },
    // Pulumi
    Issuer { prefix: "pul-", least: 40, alphabet: Alphabet::Hex },
    // PyPI
    Issuer { prefix: "pypi-AgEI", least: 50, alphabet: Alphabet::UrlSafe },
    // Replicate
    Issuer { prefix: "r8_", least: 37, alphabet: Alphabet::Letters },
    // RubyGems
    Issuer { prefix: "rubygems_", least: 48, alphabet: Alphabet::Hex },
    // SendGrid
    Issuer { prefix: "SG.", least: 60, alphabet: Alphabet::Dotted },
    // Sentry
    Issuer { prefix: "sntrys_", least: 40, alphabet: Alphabet::Base64 },
    Issuer { prefix: "sntryu_", least: 40, alphabet: Alphabet::Hex },
    // Shopify
    Issuer { prefix: "shpat_", least: 32, alphabet: Alphabet::Hex },
    Issuer { prefix: "shpca_", least: 32, alphabet: Alphabet::Hex },
    Issuer { prefix: "shppa_", least: 32, alphabet: Alphabet::Hex },
    Issuer { prefix: "shpss_", least: 32, alphabet: Alphabet::Hex },
    // Slack webhook
    Issuer { prefix: "hooks.slack.com/", least: 48, alphabet: Alphabet::Path },
    // Sourcegraph
    Issuer { prefix: "sgp_", least: 40, alphabet: Alphabet::Word },
    // Square
    Issuer { prefix: "sq0atp-", least: 22, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "sq0csp-", least: 43, alphabet: Alphabet::UrlSafe },
    // Stripe
    Issuer { prefix: "sk_test_", least: 16, alphabet: Alphabet::Letters },
    Issuer { prefix: "rk_test_", least: 16, alphabet: Alphabet::Letters },
    // Stripe and other webhooks
    Issuer { prefix: "whsec_", least: 32, alphabet: Alphabet::Base64 },
    // Supabase
    Issuer { prefix: "sbp_", least: 40, alphabet: Alphabet::Hex },
    Issuer { prefix: "sb_secret_", least: 28, alphabet: Alphabet::UrlSafe },
    // Tailscale
    Issuer { prefix: "tskey-", least: 20, alphabet: Alphabet::UrlSafe },
    // Tavily
    Issuer { prefix: "tvly-", least: 30, alphabet: Alphabet::UrlSafe },
    // Vercel
    Issuer { prefix: "vcp_", least: 50, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "vci_", least: 50, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "vca_", least: 50, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "vcr_", least: 50, alphabet: Alphabet::UrlSafe },
    Issuer { prefix: "vck_", least: 50, alphabet: Alphabet::UrlSafe },
    // Vercel Blob
    Issuer { prefix: "vercel_blob_rw_", least: 40, alphabet: Alphabet::Word },
    // xAI
    Issuer { prefix: "xai-", least: 60, alphabet: Alphabet::Letters },
];
