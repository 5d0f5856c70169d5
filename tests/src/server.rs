//! A server on a free port, with a data directory of its own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use weft::app::{App, Config};

use crate::api::Api;
use crate::template;

/// The key every test server knows.
pub const KEY: &str = "the-key-of-the-tests";

/// A running server. It stops when it is dropped, as if it had been killed.
#[derive(Debug)]
pub struct Server {
    data: TempDir,
    running: Running,
}

#[derive(Debug)]
struct Running {
    app: App,
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Server {
    /// A server on a fresh data directory.
    pub async fn start() -> Server {
        Server::start_on(template::fresh_data_dir().await).await
    }

    /// A server on a data directory that is there.
    pub async fn start_on(data: TempDir) -> Server {
        let config = config(data.path());
        Server::start_with(data, config).await
    }

    /// A server on a data directory that is there, where something is not as in other tests.
    pub async fn start_with(data: TempDir, config: Config) -> Server {
        let running = Running::start(config).await;
        Server { data, running }
    }

    /// Shuts the server down in order and leaves its data directory.
    pub async fn stop(self) -> TempDir {
        let Server { data, running } = self;
        running.stop().await;
        data
    }

    /// Asks the server to stop, which it does once its runs have come to rest.
    pub fn ask_to_stop(&self) {
        self.running.stop.cancel();
    }

    /// Shuts the server down in order and starts it again on the same data, on another port.
    pub async fn restart(self) -> Server {
        Server::start_on(self.stop().await).await
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn app(&self) -> &App {
        &self.running.app
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// The API with an owner's rights.
    pub fn api(&self) -> Api {
        Api::new(&self.url()).with_header("authorization", &format!("Bearer {KEY}"))
    }

    /// The API for somebody nobody knows.
    pub fn anonymous(&self) -> Api {
        Api::new(&self.url())
    }
}

impl Running {
    async fn start(config: Config) -> Running {
        let listener = TcpListener::bind(config.listen).await.expect("a port is free");
        let address = listener.local_addr().expect("a bound listener has an address");
        let app = App::start(Config { listen: address, ..config }).await.expect("the server starts");
        let stop = CancellationToken::new();
        let served = weft::http::serve(app.clone(), listener, stop.clone().cancelled_owned());
        let serving = tokio::spawn(async move { served.await.expect("the server serves") });
        Running { app, address, stop, serving }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.serving.await.expect("the server stops");
        self.app.shutdown().await;
    }
}

/// The binary of the server, beside the test programs.
pub fn weft() -> PathBuf {
    let tests = std::env::current_exe().expect("a program has a path");
    let binary = tests.ancestors().nth(2).expect("a test program lies two folders deep").join("weft");
    assert!(binary.exists(), "build the server first: cargo build --package weft");
    binary
}

/// What servers of tests are started with.
pub fn config(data: &Path) -> Config {
    Config {
        data_dir: data.to_owned(),
        listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
        bootstrap_key: Some(KEY.into()),
        // The outside world of the tests is on this machine.
        allow_private: vec!["127.0.0.0/8".parse().expect("this is a range")],
        plugin_hosts: Vec::new(),
        compiler: Some(weft()),
        base_url: None,
        // A full machine must not fail the tests.
        min_free: weft::store::Floor::Bytes(0),
        master_key_file: None,
    }
}
