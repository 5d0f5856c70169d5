//! Guesses which name was meant.

/// `; did you mean …?` with the closest of the known names, or nothing when none is close.
pub(crate) fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    match closest(name, known) {
        Some(known) => format!("; did you mean `{known}`?"),
        None => String::new(),
    }
}

/// The known name with the fewest edits, when those are few for its length.
pub(crate) fn closest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const LONGEST: usize = 100;
    if name.len() > LONGEST {
        return None;
    }
    let wanted = name.to_lowercase();
    let allowed = 1 + name.chars().count() / 4;
    let candidates = known.into_iter().filter(|known| known.len() <= LONGEST);
    let (distance, known) =
        candidates.map(|known| (edits(&wanted, &known.to_lowercase()), known)).min_by_key(|(distance, _)| *distance)?;
    (distance <= allowed && distance < wanted.chars().count()).then_some(known)
}

/// Insertions, removals, replacements and swaps of neighbours between two names.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (line, character) in from.chars().enumerate() {
        let mut next = vec![line + 1];
        for (column, other) in to.iter().enumerate() {
            let mut cost =
                (row[column] + usize::from(character != *other)).min(row[column + 1] + 1).min(next[column] + 1);
            if column > 0 && previous == Some(*other) && to[column - 1] == character && !before.is_empty() {
                cost = cost.min(before[column - 1] + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
        previous = Some(character);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_are_found_and_distant_ones_are_not() {
        let known = ["notify", "order_in", "big"];
        assert_eq!(closest("notfy", known), Some("notify"));
        assert_eq!(closest("ontify", known), Some("notify"));
        assert_eq!(closest("Order_In", known), Some("order_in"));
        assert_eq!(closest("zzz", known), None);
        assert_eq!(closest("x", ["y"]), None);
        assert_eq!(did_you_mean("notfy", known), "; did you mean `notify`?");
    }
}
