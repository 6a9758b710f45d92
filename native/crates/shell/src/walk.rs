//! From a text to its simple commands, in order, however they are nested.

use crate::{
    arithmetic,
    follow::{Invocation, Stdin},
    judge::{Judge, LIMITS, Run, Text},
    model::{Redirection, Verdict},
    output::{heredoc, said},
    plain::{self, Stage},
    stdin::Feed,
    tree::Node,
    variables::Variables,
    word::{COMPUTED, Scope, Word, reaches_network},
    zsh,
};

impl Judge {
    /// Reads a text and judges every command in it.
    pub(crate) fn walk(&mut self, run: &mut Run<'_>, text: Text) {
        let Text { source, depth, wrappers, variables } = text;
        if source.contains("cd") || source.contains("push") || source.contains("popd") {
            run.moved |= source
                .split(|char: char| !char.is_ascii_alphanumeric())
                .any(|word| matches!(word, "cd" | "pushd" | "popd" | "chdir"));
        }
        if run.zsh
            && let Some(reason) = zsh::differs(&source)
        {
            run.note(Verdict::Ask, || reason.to_owned());
        }
        if arithmetic::may_run(&source) {
            run.note(Verdict::Ask, || "a sum, or the name of a variable, may hold a command".to_owned());
        }
        if self.plain
            && let Some(stages) = plain::stages(&source)
        {
            run.plain(stages, depth, &wrappers);
            return;
        }
        let mut tree = std::mem::take(&mut self.tree);
        let Some(whole) = self.parse(&source, &mut tree) else {
            run.note(Verdict::Ask, || "does not parse as a shell line".to_owned());
            return;
        };
        let mut variables = variables.unwrap_or_else(|| Variables::new(run.place));
        variables.prepare(&tree, &source);
        if run.moved {
            variables.set("PWD", None);
        }
        let mut read = 0;
        for node in tree.nodes() {
            if node.is_leaf() {
                run.leaf(node, &source, &mut read);
            }
            if node.is_named() {
                run.visit(node, &source, &mut variables, depth, &wrappers);
            }
            if run.count >= LIMITS.commands {
                run.note(Verdict::Ask, || format!("more than {} commands", LIMITS.commands));
                break;
            }
        }
        self.tree = tree;
        if !whole {
            run.note(Verdict::Ask, || "does not parse as a shell line".to_owned());
        }
    }
}

pub(crate) const MISREAD: &str = "does not parse the way a shell reads it";

impl Run<'_> {
    /// Judges the commands of a line that needs no tree.
    fn plain(&mut self, stages: Vec<Stage<'_>>, depth: usize, wrappers: &[String]) {
        let mut feed = Feed::default();
        for Stage { words, text, piped } in stages {
            self.count += 1;
            if !piped {
                feed = Feed::default();
            }
            let stdin = feed.stdin();
            feed.add(reaches_network(text), |before| said(&words, before));
            let (assignments, redirections) = (Vec::new(), Vec::new());
            self.invoke(Invocation { words, assignments, redirections, stdin, wrappers: wrappers.to_vec(), depth });
            if self.count >= LIMITS.commands {
                self.note(Verdict::Ask, || format!("more than {} commands", LIMITS.commands));
                return;
            }
        }
    }

    /// The grammar may pass over text, or take several words for one, without calling that an error.
    fn leaf(&mut self, node: Node<'_>, source: &str, read: &mut usize) {
        let between = source.get(*read..node.start_byte()).unwrap_or("");
        let passed = between.replace("\\\n", " ").bytes().any(|byte| !byte.is_ascii_whitespace());
        if passed || (node.kind() == "word" && several(source.get(node.byte_range()).unwrap_or(""))) {
            self.note(Verdict::Ask, || MISREAD.to_owned());
        }
        *read = node.end_byte().max(*read);
    }

    fn visit(&mut self, node: Node<'_>, source: &str, variables: &mut Variables, depth: usize, wrappers: &[String]) {
        self.compare(node, source);
        match node.kind() {
            "command" => self.simple(node, source, variables, depth, wrappers),
            "variable_assignment" => {
                let lent = node.parent().is_some_and(|parent| parent.kind() == "command");
                // How one command cuts what it reads is that command's own.
                if let Some((name, value)) = variables.assign(node, source).filter(|(name, _)| !lent || name != "IFS") {
                    self.steered(&name, &value);
                    if matches!(name.as_str(), "PS0" | "PS1" | "PS2") {
                        self.prompt(&value, depth, wrappers);
                    }
                }
            }
            "declaration_command" => declared(node, source, variables, self),
            "unset_command" => {
                for name in node.named_children().filter(|name| name.kind() == "variable_name") {
                    // Without it words are cut as always.
                    self.steered(source.get(name.byte_range()).filter(|name| *name != "IFS").unwrap_or(""), "");
                }
                variables.forget_all();
            }
            "arithmetic_expansion" | "compound_statement" | "c_style_for_statement" => {
                let text = source.get(node.byte_range()).unwrap_or("");
                if text.contains("((") && text.contains('=') {
                    variables.forget_all();
                }
            }
            "file_redirect" => self.file(node, source, variables),
            "function_definition" => {
                if let Some(name) = node.child_by_field_name("name").and_then(|name| source.get(name.byte_range())) {
                    self.function(name, node, source);
                }
            }
            "for_statement" => {
                let name = node.child_by_field_name("variable").and_then(|name| source.get(name.byte_range()));
                self.steered(name.unwrap_or(""), "");
            }
            "expansion" if node.children().any(|child| matches!(child.kind(), ":=" | "=")) => {
                let name = node.named_child(0).and_then(|name| source.get(name.byte_range()));
                self.steered(name.unwrap_or(""), "");
            }
            "expansion" if source.get(node.byte_range()).is_some_and(|text| text.contains("@P}")) => {
                self.note(Verdict::Ask, || "a value is expanded as a prompt, which may run what it holds".to_owned());
            }
            _ => {}
        }
    }

    fn function(&mut self, name: &str, node: Node<'_>, source: &str) {
        let body = node.child_by_field_name("body").and_then(|body| source.get(body.byte_range())).unwrap_or("");
        let squeezed: String = body.chars().filter(|char| !char.is_whitespace()).collect();
        if squeezed.contains(&format!("{name}|{name}")) {
            self.note(Verdict::Deny, || {
                format!("{name}: a function that starts itself twice fills the machine with processes")
            });
        }
        self.functions.push(name.to_owned());
    }

    fn file(&mut self, node: Node<'_>, source: &str, variables: &Variables) {
        let scope = Scope { source, variables };
        let Some(target) = node.child_by_field_name("destination") else { return };
        let more = node.children_by_field_name("destination").count() > 1;
        let of_command = node.parent().is_some_and(|parent| {
            parent.kind() == "command"
                || parent.child_by_field_name("body").is_some_and(|body| body.kind() == "command")
        });
        if more && !of_command {
            self.note(Verdict::Ask, || "words behind a redirection may be a command".to_owned());
        }
        if target.kind() == "process_substitution" {
            return;
        }
        let operator = operator(node, source);
        let mut words = Vec::new();
        scope.words(target, &mut words);
        let word = words.pop().unwrap_or_else(|| Word::plain(COMPUTED));
        let text = &word.text;
        // `>&2` and `2>&-` name descriptors; `&>2` a file, and to zsh `>&2-` too.
        let descriptor = text == "-" || text.bytes().all(|byte| byte.is_ascii_digit());
        if operator.ends_with('&') && descriptor {
            return;
        }
        if !words.is_empty() || word.glob || text.contains(['{', '}']) {
            self.note(Verdict::Ask, || "a redirection to what files there are, or to several".to_owned());
        }
        let owner = owner(node, source);
        if operator.contains('<') && !operator.contains('>') {
            self.fed(&owner, text);
        } else {
            self.written(&owner, text, !operator.contains(">>") && !operator.contains("<>"));
        }
    }

    fn simple(&mut self, node: Node<'_>, source: &str, variables: &mut Variables, depth: usize, wrappers: &[String]) {
        self.count += 1;
        let mut words = Vec::new();
        let mut assignments = Vec::new();
        let mut redirections = Vec::new();
        let scope = Scope { source, variables };
        let mut fed = None;
        let mut end = 0;
        for child in node.named_children() {
            // Two words with nothing between them: the grammar cut what a shell reads as one.
            if end == child.start_byte() && end > 0 && !child.kind().ends_with("redirect") {
                self.note(Verdict::Ask, || MISREAD.to_owned());
            }
            end = child.end_byte();
            match child.kind() {
                "variable_assignment" => {
                    assignments.push(scope.slice(child).replace([COMPUTED, crate::word::OUTSIDE], "…"));
                }
                "command_name" => match child.named_child(0) {
                    Some(name) if child.named_child_count() == 1 => scope.words(name, &mut words),
                    _ => scope.words(child, &mut words),
                },
                "file_redirect" => {
                    for argument in child.children_by_field_name("destination").skip(1) {
                        scope.words(argument, &mut words);
                    }
                    redirections.push(redirection(&scope, child));
                }
                "herestring_redirect" => {
                    fed = heredoc(&scope, child);
                    redirections
                        .push(Redirection { operator: "<<<".to_owned(), target: fed.clone().unwrap_or_default() });
                }
                "subshell" => words.push(Word::plain(COMPUTED)),
                "comment" => {}
                _ => scope.words(child, &mut words),
            }
        }
        let mut stdin = fed.map_or(Stdin::None, Stdin::Text);
        crate::stdin::around(node, &scope, &mut words, &mut redirections, &mut stdin);
        if words.iter().any(|word| word.text.starts_with('!') && word.text.len() > 1) && source.contains("!!") {
            self.note(Verdict::Ask, || "`!!` runs again what is in the history".to_owned());
        }
        let changes = words.first().is_some_and(|name| {
            matches!(
                name.text.as_str(),
                "read"
                    | "eval"
                    | "source"
                    | "."
                    | "mapfile"
                    | "readarray"
                    | "getopts"
                    | "let"
                    | "unset"
                    | "builtin"
                    | "command"
            )
        }) || (words.first().is_some_and(|name| name.text == "printf")
            && words.iter().any(|word| word.text.starts_with("-v")));
        let computed_first = words.first().is_none_or(|word| !word.known());
        if let Some(name) = words.first() {
            self.lent(&assignments, &name.shown());
        }
        self.invoke(Invocation { words, assignments, redirections, stdin, wrappers: wrappers.to_vec(), depth });
        if changes || computed_first {
            variables.forget_all();
        }
    }
}

/// `declare`, `export` and others: what is not written as a plain assignment may set anything.
fn declared(node: Node<'_>, source: &str, variables: &mut Variables, run: &mut Run<'_>) {
    for child in node.named_children() {
        let text = source.get(child.byte_range()).unwrap_or("");
        match child.kind() {
            "variable_assignment" | "variable_name" => {}
            "word" if text.starts_with('-') && !text.contains('n') => {}
            _ => {
                variables.forget_all();
                run.note(Verdict::Ask, || {
                    "sets a variable whose name or value is only known when the line runs".to_owned()
                });
            }
        }
    }
}

/// Whether what the grammar takes for one word holds a blank that ends it.
fn several(word: &str) -> bool {
    let mut escaped = false;
    word.bytes().any(|byte| {
        let ends = matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>') && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

pub(crate) fn operator(node: Node<'_>, source: &str) -> String {
    let target = node.child_by_field_name("destination").map_or(node.end_byte(), Node::start_byte);
    source.get(node.start_byte()..target).unwrap_or("").trim().to_owned()
}

pub(crate) fn redirection(scope: &Scope<'_>, node: Node<'_>) -> Redirection {
    let target = node.child_by_field_name("destination").map(|target| Word::plain(scope.value(target, 0)).shown());
    Redirection { operator: operator(node, scope.source), target: target.unwrap_or_default() }
}

/// The name of the command a redirection belongs to, for people.
fn owner(node: Node<'_>, source: &str) -> String {
    let mut above = node.parent();
    while let Some(parent) =
        above.filter(|parent| matches!(parent.kind(), "redirected_statement" | "heredoc_redirect" | "command"))
    {
        let name = if parent.kind() == "command" { Some(parent) } else { parent.child_by_field_name("body") };
        if let Some(name) = name.and_then(|body| body.child_by_field_name("name")) {
            return source.get(name.byte_range()).unwrap_or("").to_owned();
        }
        above = parent.parent();
    }
    String::new()
}
