//! Addresses that carry a right with them: whoever has one may send signals to a run, or answer a question.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::ids::RunId;

/// Bytes of a code that vouches for a run's id.
const CODE_BYTES: usize = 16;

/// Makes such addresses, and reads them back.
#[derive(Clone)]
pub struct Links {
    base_url: String,
    secret: [u8; 32],
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Links {
    /// `base_url` is where people reach this server, without a slash at its end.
    pub fn new(base_url: &str, secret: [u8; 32]) -> Links {
        Links { base_url: base_url.trim_end_matches('/').to_owned(), secret }
    }

    /// Where signals for a run are sent without signing in: a name is put behind it.
    pub fn resume_url(&self, run: RunId) -> String {
        let code = self.code_of(run).finalize().into_bytes();
        format!("{}/resume/{}{}", self.base_url, run.0.simple(), hex(&code[..CODE_BYTES]))
    }

    /// The run a token of [`Links::resume_url`] was made for.
    pub fn run_of(&self, token: &str) -> Option<RunId> {
        let (id, code) = token.split_at_checked(32)?;
        let run: RunId = format!("run_{id}").parse().ok()?;
        let code = unhex(code).filter(|code| code.len() == CODE_BYTES)?;
        self.code_of(run).verify_truncated_left(&code).ok()?;
        Some(run)
    }

    /// The page that asks a question.
    pub fn approval_url(&self, token: &str) -> String {
        format!("{}/approve/{token}", self.base_url)
    }

    /// Where services send requests for a trigger of a plugin.
    pub fn trigger_url(&self, token: &str) -> String {
        format!("{}/triggers/{token}", self.base_url)
    }

    fn code_of(&self, run: RunId) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("any key length fits HMAC");
        mac.update(b"resume");
        mac.update(run.0.as_bytes());
        mac
    }
}

/// 128 random bits as text: the right to answer one question.
pub fn fresh_token() -> String {
    hex(&rand::random::<[u8; 16]>())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_made_up_one_does_not() {
        let links = Links::new("https://weft.example/", [7; 32]);
        let run = RunId::fresh();
        let url = links.resume_url(run);
        let token = url.strip_prefix("https://weft.example/resume/").unwrap();
        assert_eq!(links.run_of(token), Some(run));
        assert_eq!(Links::new("https://weft.example", [8; 32]).run_of(token), None, "another server's");
        let other = RunId::fresh().0.simple().to_string();
        for wrong in [
            "",
            &token[..40],
            &token[..62],
            &format!("{token}00"),
            &token.replace(&token[..32], &other),
            &"ä".repeat(32),
        ] {
            assert_eq!(links.run_of(wrong), None, "{wrong}");
        }
    }
}
