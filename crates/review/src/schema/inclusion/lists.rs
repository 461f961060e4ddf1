//! Lists.

use serde_json::Value as Json;

use super::{Answer, Facet, Gap, Wanted};
use crate::schema::engine::Engine;
use crate::schema::facts::Lists;
use crate::schema::normal::{Case, Facts};
use crate::schema::sample::Wish;
use crate::schema::space::Term;

impl Engine<'_> {
    pub(super) fn list_gaps(&mut self, writer: &Case, other: &Lists, wanted: Wanted, gaps: &mut Vec<Gap>) {
        let Facts::Lists(lists) = &writer.facts else { return };
        let longest = lists.longest();
        if lists.least < other.least {
            let shown_by = self.wished(writer, wanted, Wish { count: Some(lists.least), ..Wish::default() });
            gaps.push(Gap { facet: Facet::MinItems, shown_by, doubt: None });
        }
        if let Some(most) = other.most.filter(|most| longest > *most) {
            let shown_by = self.wished(writer, wanted, Wish { count: Some(most + 1), ..Wish::default() });
            gaps.push(Gap { facet: Facet::MaxItems, shown_by, doubt: None });
        }
        if other.unique && !lists.unique && longest > 1 {
            let shown_by = self.wished(writer, wanted, Wish { count: Some(2), ..Wish::default() });
            gaps.push(Gap { facet: Facet::Unique, shown_by, doubt: None });
        }
        for contained in &other.contains {
            if !self.does_contain(lists, *contained) {
                let mut shown_by = self.wished(writer, wanted, Wish::default());
                if wanted != Wanted::Whether {
                    shown_by.extend(self.without_enough(lists, *contained));
                    shown_by.extend(self.with_too_many(lists, *contained));
                    shown_by.extend(self.samples_of(writer));
                }
                let doubt = Some("what lists contain cannot be compared");
                gaps.push(Gap { facet: Facet::Contains, shown_by, doubt });
            }
        }
        if wanted == Wanted::OwnValues {
            return;
        }
        let positions = lists.first.len().max(other.first.len());
        for index in (0..=positions).take_while(|index| (*index as u64) < longest) {
            if wanted == Wanted::Whether && !gaps.is_empty() {
                return;
            }
            let facet = if index == positions { Facet::Items } else { Facet::Item(index) };
            self.item_gap(writer, index, facet, lists.item(index), other.item(index), gaps);
        }
    }

    fn item_gap(&mut self, writer: &Case, index: usize, facet: Facet, own: Term, other: Term, gaps: &mut Vec<Gap>) {
        match self.included(own, other) {
            Answer::Included => {}
            Answer::Not(value) => {
                let wish = Wish { item: Some((index, (*value).clone())), ..Wish::default() };
                let shown_by = self.sample_case(writer, &wish).into_iter().collect();
                gaps.push(Gap { facet, shown_by, doubt: None });
            }
            Answer::Unknown(doubt) => gaps.push(Gap { facet, shown_by: Vec::new(), doubt: Some(doubt) }),
        }
    }

    /// A list with as little of a term as its own facts let be.
    fn without_enough(&mut self, lists: &Lists, (term, ..): (Term, u64, Option<u64>)) -> Option<Json> {
        let mut items = Vec::new();
        for (own, least, _) in &lists.contains {
            let kind = self.space.both(*own, lists.items);
            self.fill(&mut items, kind, Some(term), *least)?;
        }
        let missing = lists.least.saturating_sub(items.len() as u64);
        self.fill(&mut items, lists.items, Some(term), missing)?;
        Some(Json::Array(items))
    }

    /// A list with one item of a term more than there may be.
    fn with_too_many(&mut self, lists: &Lists, (term, _, most): (Term, u64, Option<u64>)) -> Option<Json> {
        let mut items = Vec::new();
        for (own, least, _) in lists.contains.iter().filter(|(own, ..)| *own != term) {
            let kind = self.space.both(*own, lists.items);
            self.fill(&mut items, kind, None, *least)?;
        }
        let kind = self.space.both(term, lists.items);
        self.fill(&mut items, kind, None, most?.saturating_add(1))?;
        let missing = lists.least.saturating_sub(items.len() as u64);
        self.fill(&mut items, lists.items, Some(term), missing)?;
        Some(Json::Array(items))
    }

    /// Adds items of a term; such as another term does not accept, if there are any. Positions of their own are left to luck.
    fn fill(&mut self, items: &mut Vec<Json>, term: Term, other: Option<Term>, count: u64) -> Option<()> {
        const MOST: u64 = 100;
        if count == 0 {
            return Some(());
        }
        let unlike = other.and_then(|other| match self.included(term, other) {
            Answer::Not(value) => Some((*value).clone()),
            Answer::Included | Answer::Unknown(_) => None,
        });
        let item = match unlike {
            Some(item) => item,
            None => self.sample(term)?,
        };
        let count = usize::try_from(count).ok().filter(|_| count <= MOST)?;
        items.extend(std::iter::repeat_n(item, count));
        Some(())
    }

    /// Whether every such list contains what another wants.
    fn does_contain(&mut self, lists: &Lists, wanted: (Term, u64, Option<u64>)) -> bool {
        let (term, least, most) = wanted;
        let enough = least == 0
            || lists.least >= least
                && (0..=lists.first.len()).all(|index| self.included(lists.item(index), term) == Answer::Included)
            || lists
                .contains
                .iter()
                .any(|(own, own_least, _)| *own_least >= least && self.included(*own, term) == Answer::Included);
        let is_limited = |(own, _, own_most): &(Term, u64, Option<u64>), most: u64| {
            *own == term && own_most.is_some_and(|own| own <= most)
        };
        let few = most.is_none_or(|most| {
            lists.longest() <= most || lists.contains.iter().any(|contained| is_limited(contained, most))
        });
        enough && few
    }

    /// A value as it is wished, where values are wanted.
    pub(super) fn wished(&mut self, case: &Case, wanted: Wanted, wish: Wish) -> Vec<Json> {
        match wanted {
            Wanted::Whether => Vec::new(),
            Wanted::Values | Wanted::OwnValues => self.sample_case(case, &wish).into_iter().collect(),
        }
    }
}
