//! The binary `weft`: reads the configuration and serves, or does one thing for the command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use weft::app::{App, Config};
use weft::http;
use weft::plugin_host::{HostPattern, Tier, compile_worker};
use weft::store::Floor;

mod plugin;
mod upkeep;

/// A run makes hundreds of small blocks, many of which another thread frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(name = "weft", version, about = "Visual workflow automation that runs durably, in one binary")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where the database and the plugin cache live
    #[arg(long, env = "WEFT_DATA_DIR", default_value = "./weft-data", global = true)]
    data_dir: PathBuf,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server with its designer (what happens without a command, too)
    Serve(Serve),
    /// Print the OpenAPI document of the HTTP API
    Openapi,
    /// Copy the database to a new file, while the server runs or not
    Backup(upkeep::Backup),
    /// Put a backup in the place of the database, or confirm that one that was restored may go on
    Restore(upkeep::Restore),
    /// Look after the database
    #[command(subcommand)]
    Db(upkeep::Db),
    /// Compile the component on standard input, for a server that starts this as a process of its own
    #[command(hide = true)]
    CompileWorker {
        #[arg(long)]
        tier: Tier,
    },
    /// Write plugins: start, build, check, try and upload them
    #[command(subcommand)]
    Plugin(plugin::Plugin),
}

#[derive(Debug, Clone, Args)]
struct Serve {
    /// Address and port to listen on
    #[arg(long, env = "WEFT_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where people reach this server, if that is not where it listens
    #[arg(long, env = "WEFT_BASE_URL")]
    base_url: Option<String>,
    /// A key with an owner's rights, for automation
    #[arg(long, env = "WEFT_BOOTSTRAP_KEY", hide_env_values = true)]
    bootstrap_key: Option<String>,
    /// Private address ranges that outgoing requests may reach, such as 10.1.0.0/16
    #[arg(long, env = "WEFT_ALLOW_PRIVATE", value_delimiter = ',')]
    allow_private: Vec<IpNet>,
    /// Hosts that plugins may reach at all, such as https://api.example.com,https://*.example.org; all when absent
    #[arg(long, env = "WEFT_PLUGIN_HOSTS", value_delimiter = ',')]
    plugin_hosts: Vec<HostPattern>,
    /// How much of the disk has to stay free for new runs to start: 512MiB, 5%; 5 % and at most 1GiB when absent
    #[arg(long, env = "WEFT_MIN_FREE")]
    min_free: Option<Floor>,
    /// The file with the master key of credentials, 64 hexadecimal digits; `master.key` in the data directory when absent
    #[arg(long, env = "WEFT_MASTER_KEY_FILE")]
    master_key_file: Option<PathBuf>,
}

fn main() -> anyhow::Result<ExitCode> {
    let cli = read_arguments();
    let data_dir = cli.data_dir;
    match cli.command {
        Some(Command::Openapi) => print_openapi()?,
        Some(Command::Serve(serve)) => run(data_dir, serve)?,
        None => run(data_dir, cli.serve)?,
        Some(Command::Backup(backup)) => return runtime()?.block_on(backup.run(&data_dir)),
        Some(Command::Restore(restore)) => return runtime()?.block_on(restore.run(&data_dir)),
        Some(Command::CompileWorker { tier }) => return Ok(compile_worker(tier)),
        Some(Command::Db(db)) => return runtime()?.block_on(db.run(&data_dir)),
        Some(Command::Plugin(plugin)) => return runtime()?.block_on(plugin.run()),
    }
    Ok(ExitCode::SUCCESS)
}

fn read_arguments() -> Cli {
    let mut command = Cli::command();
    let matches = command.get_matches_mut();
    if let (Some(option), Some(name)) = (misplaced(&command, &matches), matches.subcommand_name()) {
        let message = format!(
            "`--{option}` stands before the command `{name}`, which does not see it there. \
             Write it behind the command if `weft {name} --help` knows it, or leave it out."
        );
        command.error(ErrorKind::ArgumentConflict, message).exit();
    }
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
}

/// An option that was written before a command: it would be taken for one of the server that runs without a command.
fn misplaced<'c>(command: &'c clap::Command, matches: &ArgMatches) -> Option<&'c str> {
    let is_written =
        |argument: &&clap::Arg| matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine);
    command.get_arguments().filter(|argument| !argument.is_global_set()).find(is_written)?.get_long()
}

#[expect(clippy::print_stdout, reason = "the document is this command's output")]
fn print_openapi() -> anyhow::Result<()> {
    println!("{}", http::openapi().to_pretty_json()?);
    Ok(())
}

fn run(data_dir: PathBuf, serve: Serve) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("WEFT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    runtime()?.block_on(listen(data_dir, serve))
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn listen(data_dir: PathBuf, serve: Serve) -> anyhow::Result<()> {
    let config = Config {
        data_dir,
        listen: serve.listen,
        bootstrap_key: serve.bootstrap_key,
        allow_private: serve.allow_private,
        plugin_hosts: serve.plugin_hosts,
        compiler: None,
        base_url: serve.base_url,
        min_free: serve.min_free.unwrap_or(Floor::Default),
        master_key_file: serve.master_key_file,
    };
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    // Listened for before anybody is told that the server is ready.
    let stop = stop_asked()?;
    let app = App::start(config).await?;
    announce(&app, address);
    http::serve(app.clone(), listener, stop).await?;
    app.shutdown().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the link is what the person at the terminal waits for")]
fn announce(app: &App, address: SocketAddr) {
    let base = app.config().base_url.clone().unwrap_or_else(|| format!("http://{address}"));
    match app.accounts().setup_token() {
        Some(token) => {
            println!("Weft is ready. Create the owner's account here, once:\n\n  {base}/setup#token={token}\n")
        }
        None => println!("Weft is ready: {base}\n"),
    }
}

/// Ends when the process is asked to stop; asked a second time, it stops at once.
#[expect(clippy::exit, reason = "asked twice, the person does not want to wait")]
fn stop_asked() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened for")?;
    let mut asked = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(async move {
        asked().await;
        tokio::spawn(async move {
            asked().await;
            std::process::exit(130);
        });
    })
}
