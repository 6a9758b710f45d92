//! Texts by number, at most so many at once.

use std::collections::HashMap;

/// The number of a text.
pub(crate) type Symbol = u16;

/// Stands for a text that has no number: too long to be kept, or no longer kept.
pub(crate) const NO_SYMBOL: Symbol = u16::MAX;

/// Texts of at most `max_bytes`, at most `limit` of them; when full, the quarter unused for longest goes.
#[derive(Clone, Debug)]
pub(crate) struct Symbols {
    limit: usize,
    max_bytes: usize,
    texts: Vec<Box<str>>,
    used: Vec<u32>,
    index: HashMap<Box<str>, Symbol>,
    free: Vec<Symbol>,
}

impl Symbols {
    /// `limit` is below 65,535.
    pub(crate) fn new(limit: usize, max_bytes: usize) -> Self {
        Self {
            limit: limit.min(usize::from(NO_SYMBOL)),
            max_bytes,
            texts: Vec::new(),
            used: Vec::new(),
            index: HashMap::new(),
            free: Vec::new(),
        }
    }

    pub(crate) fn find(&self, text: &str) -> Option<Symbol> {
        self.index.get(text).copied()
    }

    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(usize::from(symbol)).map_or("", |text| text)
    }

    /// How many numbers were given, those of texts that went included.
    pub(crate) fn span(&self) -> usize {
        self.texts.len()
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.free.is_empty() && self.texts.len() >= self.limit
    }

    /// The number of a text, given now if need be; marks it used at `now`. Call [`Symbols::make_room`] first when full.
    pub(crate) fn intern(&mut self, text: &str, now: u32) -> Symbol {
        if let Some(symbol) = self.find(text) {
            self.used[usize::from(symbol)] = now;
            return symbol;
        }
        if text.is_empty() || text.len() > self.max_bytes || self.is_full() {
            return NO_SYMBOL;
        }
        let symbol = if let Some(symbol) = self.free.pop() {
            self.texts[usize::from(symbol)] = text.into();
            self.used[usize::from(symbol)] = now;
            symbol
        } else {
            let Ok(symbol) = Symbol::try_from(self.texts.len()) else { return NO_SYMBOL };
            self.texts.push(text.into());
            self.used.push(now);
            symbol
        };
        self.index.insert(text.into(), symbol);
        symbol
    }

    /// Drops the quarter unused for longest; what is gone, so that others forget it too.
    pub(crate) fn make_room(&mut self) -> Vec<Symbol> {
        let mut order: Vec<Symbol> = self.index.values().copied().collect();
        order.sort_unstable_by_key(|symbol| (self.used[usize::from(*symbol)], *symbol));
        order.truncate(order.len() / 4 + 1);
        for symbol in &order {
            self.index.remove(&self.texts[usize::from(*symbol)]);
            self.texts[usize::from(*symbol)] = "".into();
        }
        self.free.extend(&order);
        // The smallest number is taken first.
        self.free.sort_unstable_by(|one, other| other.cmp(one));
        order
    }

    /// Text and last use by number; none where a number is free.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Option<(&str, u32)>> {
        self.texts.iter().zip(&self.used).map(|(text, used)| (!text.is_empty()).then_some((&**text, *used)))
    }

    /// Puts back what [`Symbols::entries`] gave; false when it does not fit or a text is there twice.
    pub(crate) fn restore(&mut self, entries: &[Option<(&str, u32)>]) -> bool {
        if entries.len() > self.limit {
            return false;
        }
        for entry in entries {
            let Ok(symbol) = Symbol::try_from(self.texts.len()) else { return false };
            let (text, used) = entry.unwrap_or_default();
            if text.is_empty() {
                self.free.push(symbol);
            } else if text.len() > self.max_bytes || self.index.insert(text.into(), symbol).is_some() {
                return false;
            }
            self.texts.push(text.into());
            self.used.push(used);
        }
        // The smallest number is taken first.
        self.free.reverse();
        true
    }
}
