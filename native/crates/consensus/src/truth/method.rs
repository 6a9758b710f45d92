/// A way from votes to answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// The label with the most votes.
    Majority,
    /// A confusion matrix a worker, by maximum likelihood: A. P. Dawid and A. M. Skene, Applied Statistics 28 (1979).
    DawidSkene,
    /// One accuracy a worker, whatever the label: the homogeneous Dawid–Skene model of Y. Zhang, X. Chen, D. Zhou and
    /// M. I. Jordan, JMLR 17 (2016).
    OneCoin,
    /// Ability of workers and difficulty of items: J. Whitehill et al., NIPS 2009.
    Glad,
    /// Workers who know and workers who guess by habit: D. Hovy et al., NAACL-HLT 2013.
    Mace,
    /// A confusion matrix a worker, by variational Bayes: H.-C. Kim and Z. Ghahramani, AISTATS 2012; E. Simpson et al.,
    /// 2013.
    Ibcc,
    /// A weighted mean with weights from distance: Y. Li, B. I. P. Rubinstein and T. Cohn, WWW 2019.
    Bwa,
    /// Confusion matrices for several kinds of items of each label, so that workers may err together: Y. Li,
    /// B. I. P. Rubinstein and T. Cohn, ICML 2019. The one method with a random start.
    Ebcc,
    /// [`Ibcc`](Self::Ibcc) whose prior on matrices is learned from all workers together: as the hierarchical
    /// Dawid–Skene model of S. Paun et al., *Comparing Bayesian Models of Annotation*, TACL 6 (2018).
    HierarchicalDawidSkene,
    /// [`Mace`](Self::Mace) whose priors, and the frequency of the labels, are learned from all workers together.
    HierarchicalMace,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 10] = [
        Self::Majority,
        Self::DawidSkene,
        Self::OneCoin,
        Self::Glad,
        Self::Mace,
        Self::Ibcc,
        Self::Bwa,
        Self::Ebcc,
        Self::HierarchicalDawidSkene,
        Self::HierarchicalMace,
    ];

    /// As it is written: lower case, with hyphens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Majority => "majority",
            Self::DawidSkene => "dawid-skene",
            Self::OneCoin => "one-coin",
            Self::Glad => "glad",
            Self::Mace => "mace",
            Self::Ibcc => "ibcc",
            Self::Bwa => "bwa",
            Self::Ebcc => "ebcc",
            Self::HierarchicalDawidSkene => "hierarchical-dawid-skene",
            Self::HierarchicalMace => "hierarchical-mace",
        }
    }

    /// The method of a [`name`](Self::name).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
