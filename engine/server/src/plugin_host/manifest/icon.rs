//! Icons that plugins bring along. The designer shows them as images, where scripts do not run; what has no business in
//! a picture is refused all the same.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const MAX_BYTES: usize = 32 * 1024;

const REFUSED: [&str; 10] = [
    "<script",
    "<foreignobject",
    "<iframe",
    "<image",
    "<!entity",
    "<!doctype",
    "javascript:",
    "http:",
    "@import",
    "<animate",
];

/// Why an SVG is not taken, if it is not.
pub(super) fn refusal(svg: &str) -> Option<String> {
    if svg.len() > MAX_BYTES {
        return Some(format!("the icon has {} bytes; {MAX_BYTES} are allowed", svg.len()));
    }
    let lower = svg.trim().to_ascii_lowercase();
    if !lower.starts_with("<svg") || !lower.ends_with("</svg>") {
        return Some("the icon must be one <svg> element".into());
    }
    // The namespace is the one place where an address belongs.
    let content = lower.replace("http://www.w3.org/", "");
    if let Some(found) = REFUSED.iter().find(|refused| content.contains(**refused)) {
        return Some(format!("the icon must not contain '{found}'"));
    }
    let handler = content.split_ascii_whitespace().any(|word| {
        let name = word.split('=').next().unwrap_or_default();
        word.contains('=') && name.len() > 2 && name.starts_with("on")
    });
    handler.then(|| "the icon must not contain event handlers".into())
}

/// The SVG as a URL that an image can show.
pub(super) fn data_url(svg: &str) -> String {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_pass_and_programs_do_not() {
        let good = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><path d=\"M1 2\"/></svg>";
        assert_eq!(refusal(good), None);
        let long = format!("<svg>{}</svg>", " ".repeat(MAX_BYTES));
        for bad in [
            "<svg><SCRIPT>1</SCRIPT></svg>",
            "<svg onload=alert(1)></svg>",
            "<p></p>",
            "<svg><a href=\"javascript:1\"/></svg>",
            "<!DOCTYPE svg><svg></svg>",
            "<svg><image href=\"http://a.example\"/></svg>",
            &long,
        ] {
            assert!(refusal(bad).is_some(), "{bad:.60}");
        }
    }
}
