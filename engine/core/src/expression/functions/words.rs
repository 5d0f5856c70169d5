//! Taking words apart, and letters without their accents.

/// With the first letter as a capital.
pub(super) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// The words of an identifier or a title, in small letters: `HTTPServer_name` has three.
pub(super) fn of_identifier(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = text.chars().collect();
    for (at, character) in characters.iter().copied().enumerate() {
        if !character.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let before = at.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(at + 1).copied();
        let starts = character.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || (before.is_some_and(char::is_uppercase) && after.is_some_and(char::is_lowercase)));
        if starts {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        word.extend(character.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// How ä, ö and ü are written without dots.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Umlauts {
    /// a, o, u
    Plain,
    /// ae, oe, ue, as in German names and addresses
    Spelled,
}

/// Each plain spelling and the letters it stands for.
const PLAIN: [(&str, &str); 50] = [
    ("a", "àáâãäåāăąǎ"),
    ("A", "ÀÁÂÃÄÅĀĂĄǍ"),
    ("ae", "æǽ"),
    ("AE", "ÆǼ"),
    ("c", "çćĉċč"),
    ("C", "ÇĆĈĊČ"),
    ("d", "ďđð"),
    ("D", "ĎĐÐ"),
    ("e", "èéêëēĕėęě"),
    ("E", "ÈÉÊËĒĔĖĘĚ"),
    ("g", "ĝğġģ"),
    ("G", "ĜĞĠĢ"),
    ("h", "ĥħ"),
    ("H", "ĤĦ"),
    ("i", "ìíîïĩīĭįıǐ"),
    ("I", "ÌÍÎÏĨĪĬĮİǏ"),
    ("j", "ĵ"),
    ("J", "Ĵ"),
    ("k", "ķ"),
    ("K", "Ķ"),
    ("l", "ĺļľŀł"),
    ("L", "ĹĻĽĿŁ"),
    ("n", "ñńņňŉ"),
    ("N", "ÑŃŅŇ"),
    ("o", "òóôõöøōŏőǒ"),
    ("O", "ÒÓÔÕÖØŌŎŐǑ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("r", "ŕŗř"),
    ("R", "ŔŖŘ"),
    ("s", "śŝşšș"),
    ("S", "ŚŜŞŠȘ"),
    ("ss", "ß"),
    ("SS", "ẞ"),
    ("t", "ţťŧț"),
    ("T", "ŢŤŦȚ"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("u", "ùúûüũūŭůűųǔ"),
    ("U", "ÙÚÛÜŨŪŬŮŰŲǓ"),
    ("w", "ŵ"),
    ("W", "Ŵ"),
    ("y", "ýÿŷ"),
    ("Y", "ÝŸŶ"),
    ("z", "źżž"),
    ("Z", "ŹŻŽ"),
    ("-", "‐‑‒–—―"),
    ("'", "‘’‚"),
    ("\"", "“”„"),
    ("...", "…"),
];

pub(super) fn without_accents(text: &str, umlauts: Umlauts) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        let spelled = match character {
            'ä' => Some("ae"),
            'ö' => Some("oe"),
            'ü' => Some("ue"),
            _ => None,
        };
        // Accents that are characters of their own follow the letter they belong to.
        let is_accent = ('\u{300}'..='\u{36f}').contains(&character);
        match spelled {
            _ if character.is_ascii() => plain.push(character),
            _ if is_accent => {}
            Some(spelled) if umlauts == Umlauts::Spelled => plain.push_str(spelled),
            _ => match PLAIN.iter().find(|(_, accented)| accented.contains(character)) {
                Some((letter, _)) => plain.push_str(letter),
                None => plain.push(character),
            },
        }
    }
    plain
}
