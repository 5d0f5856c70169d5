//! Commands for authors of plugins. What they do is in [`weft::plugin_tool`]; here it is printed.
#![expect(clippy::print_stdout, reason = "what was done is these commands' output")]

mod project;
mod push;
mod trial;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use tokio::net::TcpListener;
use weft::plugin_tool::{Source, ToolError};
use weft_parcels::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Service, WEBHOOK_SECRET};

use project::{Build, Check, New};
use push::Push;
use trial::{Run, Test};

#[derive(Debug, Subcommand)]
pub enum Plugin {
    /// Start a plugin in a new folder
    New(New),
    /// Build the component of a project
    Build(Build),
    /// See what an upload would find, and what the plugin asks for
    Check(Check),
    /// Try the cases in a project's folder `tests`, offline, in the sandbox
    Test(Test),
    /// Run one action
    Run(Run),
    /// Upload to a server
    Push(Push),
    /// Serve the service that the documentation's example plugins talk to
    #[command(hide = true)]
    ExampleService(ExampleService),
}

#[derive(Debug, Args)]
pub struct ExampleService {
    /// Address and port to listen on
    #[arg(long, default_value = "127.0.0.1:9400")]
    listen: SocketAddr,
}

impl Plugin {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let done = match self {
            Plugin::New(new) => new.run(),
            Plugin::Build(build) => build.run(),
            Plugin::Check(check) => check.run().await,
            Plugin::Test(test) => test.run().await,
            Plugin::Run(run) => run.run().await,
            Plugin::Push(push) => push.run().await,
            Plugin::ExampleService(service) => service.run().await,
        };
        match done {
            Ok(code) => Ok(code),
            Err(error) => {
                eprintln!("{error:#}");
                let problems = error.downcast_ref::<ToolError>().map(ToolError::problems).unwrap_or_default();
                problems.iter().for_each(|(pointer, message)| eprintln!("  {pointer}: {message}"));
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

impl ExampleService {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let listener =
            TcpListener::bind(self.listen).await.with_context(|| format!("cannot listen on {}", self.listen))?;
        println!("Parcels, the service of the example plugins, is at http://{}", listener.local_addr()?);
        println!("  client id       {CLIENT_ID}\n  client secret   {CLIENT_SECRET}");
        println!("  access token    {ACCESS_TOKEN}\n  webhook secret  {WEBHOOK_SECRET}");
        Service::new().serve(listener).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What a command works on, built.
fn source(path: &Path, no_build: bool) -> Result<Source, ToolError> {
    let source = Source::open(path)?;
    if !no_build {
        source.build()?;
    }
    Ok(source)
}

fn kib(bytes: u64) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}
