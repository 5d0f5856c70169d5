//! Handing a plugin to a server.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use weft::plugin_tool::check;
use weft::plugin_tool::push::{Identity, Server};

use super::project::print_report;
use super::source;

#[derive(Debug, Args)]
pub struct Push {
    /// The project's folder, or the file of a component
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Take the project's component as it was built last
    #[arg(long)]
    no_build: bool,
    /// The server's address
    #[arg(long, env = "WEFT_SERVER", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// An API key; without one you are asked for your email and password
    #[arg(long, env = "WEFT_API_KEY", hide_env_values = true)]
    key: Option<String>,
    /// Your email, to sign in with
    #[arg(long, env = "WEFT_EMAIL")]
    email: Option<String>,
    /// Grant what it asks for, so that it may run at once
    #[arg(long)]
    grant: bool,
    /// Grant without asking again
    #[arg(long, requires = "grant")]
    yes: bool,
}

impl Push {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let source = source(&self.path, self.no_build)?;
        let report = check::check(&source).await?;
        print_report(&report);
        let server = Server::open(&self.server, self.identity()?).await?;
        let pushed = server.upload(source.read()?).await?;
        println!("{} {} is at {}.", pushed.id, pushed.version, self.server);
        let is_agreed = self.grant && (self.yes || asked("Grant what it asks for? [y/N] ")?);
        match is_agreed {
            true => {
                server.grant(&pushed).await?;
                println!("It was granted what it asks for, and may run.");
            }
            false => println!("It runs once somebody has granted what it asks for: {}", server.review_page()),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn identity(&self) -> anyhow::Result<Identity> {
        if let Some(key) = &self.key {
            return Ok(Identity::Key(key.clone()));
        }
        let email = match &self.email {
            Some(email) => email.clone(),
            None => answered("Email: ")?,
        };
        let password = match std::env::var("WEFT_PASSWORD") {
            Ok(password) => password,
            Err(_) => unseen(|| answered("Password: "))?,
        };
        Ok(Identity::Account { email, password })
    }
}

fn asked(question: &str) -> anyhow::Result<bool> {
    Ok(matches!(answered(question)?.to_lowercase().as_str(), "y" | "yes"))
}

fn answered(question: &str) -> anyhow::Result<String> {
    eprint!("{question}");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Does something while the terminal does not show what is typed.
fn unseen<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return work();
    }
    let before = tcgetattr(&stdin)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Now, &silent)?;
    let done = work();
    tcsetattr(&stdin, OptionalActions::Now, &before)?;
    eprintln!();
    done
}
