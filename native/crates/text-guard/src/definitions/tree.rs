//! The texts of a JSON document with the places they stand at, read without recursion.
//!
//! A depth of any size costs a stack entry on the heap. Text that is not JSON is read as far as it goes: this is no
//! validator, it only must not miss a string.

/// One string of the document: a value, or a key of an object.
#[derive(Debug)]
pub(super) struct Text {
    /// Decoded.
    pub(super) value: String,
    /// The node it belongs to: the value, or for a key the value under it.
    pub(super) node: u32,
    pub(super) key: bool,
}

#[derive(Debug)]
struct Node {
    parent: u32,
    step: Step,
}

#[derive(Debug)]
enum Step {
    Root,
    Index(u32),
    /// Which of the texts is the key.
    Key(u32),
}

/// A document, flat.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) texts: Vec<Text>,
    nodes: Vec<Node>,
    /// Nodes whose value is the literal `true` or `false`.
    pub(super) flags: Vec<(u32, bool)>,
}

/// A pointer longer than this many bytes is cut at the front: where something is must not cost more than what it is.
const POINTER_CAP: usize = 1024;

enum Open {
    Object { node: u32, key: Option<u32> },
    Array { node: u32, next: u32 },
}

impl Tree {
    pub(super) fn read(json: &str) -> Self {
        let mut tree = Self { nodes: vec![Node { parent: 0, step: Step::Root }], ..Self::default() };
        let mut open: Vec<Open> = Vec::new();
        let bytes = json.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'{' | b'[' => {
                    let node = tree.place(&mut open);
                    open.push(if byte == b'{' {
                        Open::Object { node, key: None }
                    } else {
                        Open::Array { node, next: 0 }
                    });
                    at += 1;
                }
                b'}' | b']' => {
                    open.pop();
                    at += 1;
                }
                b'"' => {
                    let (text, end) = string(json, at + 1);
                    at = end;
                    if let Some(Open::Object { node, key: key @ None }) = open.last_mut() {
                        let parent = *node;
                        let index = length(&tree.texts);
                        *key = Some(length(&tree.nodes));
                        tree.nodes.push(Node { parent, step: Step::Key(index) });
                        tree.texts.push(Text { value: text, node: length(&tree.nodes) - 1, key: true });
                    } else {
                        let node = tree.place(&mut open);
                        tree.texts.push(Text { value: text, node, key: false });
                    }
                }
                b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => {
                    let node = tree.place(&mut open);
                    if byte == b't' || byte == b'f' {
                        tree.flags.push((node, byte == b't'));
                    }
                    at += bytes[at..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
                        .count()
                        .max(1);
                }
                _ => at += 1,
            }
        }
        tree
    }

    /// The node of the value that begins here.
    fn place(&mut self, open: &mut [Open]) -> u32 {
        match open.last_mut() {
            None => 0,
            Some(Open::Object { node, key }) => key.take().unwrap_or(*node),
            Some(Open::Array { node, next }) => {
                self.nodes.push(Node { parent: *node, step: Step::Index(*next) });
                *next += 1;
                length(&self.nodes) - 1
            }
        }
    }

    /// The name a node has in its object; nothing in an array and at the root.
    pub(super) fn name(&self, node: u32) -> Option<&str> {
        match self.nodes[node as usize].step {
            Step::Key(text) => Some(&self.texts[text as usize].value),
            _ => None,
        }
    }

    pub(super) fn parent(&self, node: u32) -> u32 {
        self.nodes[node as usize].parent
    }

    /// The names from the root down to a node's, at most `N`, the deeper ones left out.
    pub(super) fn top<const N: usize>(&self, node: u32) -> [Option<&str>; N] {
        // Only shallow nodes are asked for: a walk up from a deep one stops after a few steps.
        let mut chain: Vec<u32> = Vec::with_capacity(N + 1);
        let mut at = node;
        while at != 0 && chain.len() <= N {
            chain.push(at);
            at = self.parent(at);
        }
        let mut names = [None; N];
        if at == 0 {
            for (name, node) in names.iter_mut().zip(chain.iter().rev()) {
                *name = self.name(*node);
            }
        }
        names
    }

    /// The JSON pointer (RFC 6901) of a node; the front of a very long one is left out.
    pub(super) fn pointer(&self, node: u32) -> String {
        let mut steps = Vec::new();
        let mut size = 0;
        let mut at = node;
        while at != 0 {
            let step = match self.nodes[at as usize].step {
                Step::Root => String::new(),
                Step::Index(index) => index.to_string(),
                Step::Key(text) => {
                    let key: String = self.texts[text as usize].value.chars().take(POINTER_CAP).collect();
                    key.replace('~', "~0").replace('/', "~1")
                }
            };
            size += step.len() + 1;
            if size > POINTER_CAP {
                steps.push("…".to_owned());
                break;
            }
            steps.push(step);
            at = self.parent(at);
        }
        steps.iter().rev().fold(String::with_capacity(size), |pointer, step| pointer + "/" + step)
    }
}

fn length<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

/// The decoded string that begins after its quote, and where the document goes on.
fn string(json: &str, start: usize) -> (String, usize) {
    let bytes = json.as_bytes();
    let mut text = String::new();
    let mut at = start;
    let mut copied = start;
    // Half of a surrogate pair, waiting for the other.
    let mut high: Option<u32> = None;
    loop {
        match bytes.get(at) {
            None | Some(b'"') => {
                text.push_str(json.get(copied..at).unwrap_or_default());
                return (text, at + 1);
            }
            Some(b'\\') => {
                text.push_str(json.get(copied..at).unwrap_or_default());
                if copied != at {
                    high = None;
                }
                let letter = bytes.get(at + 1).copied().unwrap_or(b'"');
                at += 2;
                let unit = match letter {
                    b'n' => 0x0a,
                    b'r' => 0x0d,
                    b't' => 0x09,
                    b'b' => 0x08,
                    b'f' => 0x0c,
                    b'u' => {
                        let digits = json.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                        at += if digits.is_some() { 4 } else { 0 };
                        digits.unwrap_or(0xfffd)
                    }
                    other if other.is_ascii() => u32::from(other),
                    // A backslash before a longer character: the character stands for itself.
                    _ => {
                        at -= 1;
                        copied = at;
                        at += 1;
                        continue;
                    }
                };
                match (high.take(), unit) {
                    (_, 0xd800..=0xdbff) => high = Some(unit),
                    (Some(first), 0xdc00..=0xdfff) => {
                        let point = 0x1_0000 + ((first - 0xd800) << 10) + (unit - 0xdc00);
                        text.push(char::from_u32(point).unwrap_or('\u{fffd}'));
                    }
                    _ => text.push(char::from_u32(unit).unwrap_or('\u{fffd}')),
                }
                copied = at.min(bytes.len());
            }
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn texts_have_their_places() {
        let tree = Tree::read(r#"{"name":"a\u0062","x/y":[1,{"d~":"é\ud83d\ude00"},true],"k":"v"}"#);
        let texts: Vec<_> = tree
            .texts
            .iter()
            .filter(|text| !text.key)
            .map(|text| (text.value.as_str(), tree.pointer(text.node)))
            .collect();
        assert_eq!(texts, [("ab", "/name".to_owned()), ("é😀", "/x~1y/1/d~0".to_owned()), ("v", "/k".to_owned())]);
        assert_eq!(tree.flags.len(), 1);
        assert_eq!(tree.pointer(tree.flags[0].0), "/x~1y/2");
    }

    #[test]
    fn broken_text_is_read_as_far_as_it_goes() {
        for json in [
            "",
            "{",
            "{\"a",
            "{\"a\":\"b\\",
            "[\"\\u12",
            "\"\\ud800\\ud800x\"",
            "}}]]",
            "{\"a\":{\"b\":[\"c\"",
            "\"\\é\"",
        ] {
            let tree = Tree::read(json);
            for text in &tree.texts {
                let _ = tree.pointer(text.node);
            }
        }
        assert_eq!(Tree::read("{\"a\":{\"b\":[\"c\"").texts.len(), 3);
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "[".repeat(200_000) + "\"x\"";
        let tree = Tree::read(&deep);
        assert!(tree.pointer(tree.texts[0].node).starts_with("/…/"));
    }
}
