//! Positions in texts. JavaScript counts UTF-16 units; texts here are UTF-8.

/// The length in UTF-16 units.
pub(crate) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// The byte offset of a UTF-16 offset. In the middle of a character the character counts as before it.
pub(crate) fn to_byte(text: &str, offset: usize) -> usize {
    if text.is_ascii() {
        return offset.min(text.len());
    }
    super::error::from_utf16(text, offset)
}

/// The UTF-16 offset of a byte offset.
pub(crate) fn from_byte(text: &str, offset: usize) -> usize {
    length(&text[..offset])
}

/// What is at a UTF-16 offset.
pub(crate) enum Unit {
    /// A whole character, by its bytes.
    Character(usize, usize),
    /// One of the two units of a character beyond the first 65,536.
    Half,
}

pub(crate) fn unit(text: &str, offset: usize) -> Option<Unit> {
    if text.is_ascii() {
        return (offset < text.len()).then_some(Unit::Character(offset, offset + 1));
    }
    let mut units = 0;
    for (at, character) in text.char_indices() {
        if offset < units + character.len_utf16() {
            let is_whole = character.len_utf16() == 1;
            return Some(if is_whole { Unit::Character(at, at + character.len_utf8()) } else { Unit::Half });
        }
        units += character.len_utf16();
    }
    None
}

/// The whole characters between two UTF-16 offsets, and whether a character is cut at either end.
pub(crate) struct Bounds {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) is_start_split: bool,
    pub(crate) is_end_split: bool,
}

pub(crate) fn bounds(text: &str, start: usize, end: usize) -> Bounds {
    let mut bounds = Bounds { start: text.len(), end: text.len(), is_start_split: false, is_end_split: false };
    let mut units = 0;
    let mut is_inside = false;
    for (at, character) in text.char_indices() {
        if !is_inside && units >= start {
            is_inside = true;
            bounds.start = at;
            bounds.is_start_split = units > start;
        }
        if units >= end {
            bounds.end = at;
            break;
        }
        units += character.len_utf16();
        if units > end {
            // The character reaches over the end.
            bounds.end = at;
            bounds.is_end_split = true;
            break;
        }
    }
    if !is_inside {
        bounds.start = bounds.end.max(bounds.start);
        bounds.is_start_split = units > start;
        bounds.end = bounds.start;
    }
    // Both cuts within one character: one half is all there is.
    if bounds.end < bounds.start {
        bounds.end = bounds.start;
        bounds.is_end_split = false;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What JavaScript's `slice` gives, with halves of characters as U+FFFD.
    fn slice(text: &str, start: usize, end: usize) -> String {
        let bounds = bounds(text, start, end);
        let half = |is_split| if is_split { "\u{fffd}" } else { "" };
        format!("{}{}{}", half(bounds.is_start_split), &text[bounds.start..bounds.end], half(bounds.is_end_split))
    }

    #[test]
    fn slices_agree_with_utf16() {
        for text in ["a😀b", "😀😀", "é", "x😀", "😀"] {
            let units: Vec<u16> = text.encode_utf16().collect();
            for start in 0..=units.len() {
                for end in start + 1..=units.len() {
                    let wanted = String::from_utf16_lossy(&units[start..end]);
                    assert_eq!(slice(text, start, end), wanted, "{text} {start}..{end}");
                }
            }
        }
    }
}
