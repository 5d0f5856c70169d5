//! Guesses which name was meant.

/// ` Did you mean …?` with the closest of the known names, or nothing when none is close.
pub(super) fn did_you_mean<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    let allowed = 1 + name.chars().count() / 4;
    let edits = known.map(|candidate| (edits(&name.to_lowercase(), &candidate.to_lowercase(), allowed), candidate));
    match edits.min_by_key(|(count, _)| *count) {
        Some((count, candidate)) if count <= allowed => format!(" Did you mean `{candidate}`?"),
        _ => String::new(),
    }
}

/// How many characters have to be added, removed or replaced; more than `allowed` where that is plain to see.
fn edits(from: &str, to: &str, allowed: usize) -> usize {
    let to: Vec<char> = to.chars().collect();
    if from.chars().count().abs_diff(to.len()) > allowed {
        return allowed + 1;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, character) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(character != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
