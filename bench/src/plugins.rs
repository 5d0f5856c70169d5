//! From uploading a plugin to its first answer, and what the plugins that come along cost a start.

use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::measure::{Bench, ceiling, progress};
use crate::process::Program;
use crate::report::{Ceiling, median};
use crate::workloads::{self, Workload};

const STARTS: usize = 5;

/// What to upload: a plugin that comes along, under a version that makes it another component.
const UPLOADS: [(&str, &str, f64); 2] = [("text", "W5", 1_000.0), ("javascript", "W4", 3_000.0)];
const BUNDLED_VERSION: &[u8] = env!("CARGO_PKG_VERSION").as_bytes();
const VERSION: &str = "9.0.0";

impl Bench {
    pub(crate) async fn plugins(&self) -> Result<Vec<Ceiling>> {
        let mut ceilings = Vec::new();
        for (plugin, workload, target_ms) in UPLOADS {
            progress(format!("{plugin}: from the upload to the first answer"));
            let (size_kib, took_ms) = self.upload(plugin, &workload_of(workload)?).await?;
            let title = format!("upload of {plugin} ({size_kib} KiB) to its first answer");
            ceilings.push(ceiling(title, "ms", target_ms, took_ms, None));
        }
        ceilings.push(self.cost_of_loading().await?);
        Ok(ceilings)
    }

    /// Uploads, grants, publishes a workflow that uses it, and calls that.
    async fn upload(&self, plugin: &str, workload: &Workload) -> Result<(usize, f64)> {
        let component = another_version(std::fs::read(format!("plugins/dist/{plugin}.wasm"))?)
            .with_context(|| format!("{plugin} does not hold its version once"))?;
        let size_kib = component.len() >> 10;
        let weft = self.weft(&format!("plugins_{plugin}"))?.start(&self.http).await?;
        let api = self.api(&weft);
        let began = Instant::now();
        api.upload_plugin(component).await?;
        api.grant_plugin(plugin, VERSION).await?;
        api.publish(&workload.document).await?;
        api.check_answer(workload).await?;
        let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
        weft.stop().await?;
        Ok((size_kib, took_ms))
    }

    /// How much later a start answers when the answer needs plugins, whose code is in the cache.
    async fn cost_of_loading(&self) -> Result<Ceiling> {
        progress(format!("starts with plugins and without, {STARTS} times"));
        let (without, with) = (workload_of("W1")?, [workload_of("W4")?, workload_of("W5")?]);
        let program = self.weft("plugins_start")?;
        let weft = program.start(&self.http).await?;
        for workload in with.iter().chain([&without]) {
            self.api(&weft).publish(&workload.document).await?;
        }
        weft.stop().await?;
        let (mut bare, mut loaded) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            bare.push(self.until_answered(&program, &[&without]).await?);
            loaded.push(self.until_answered(&program, &[&without, &with[0], &with[1]]).await?);
        }
        Ok(ceiling("loading of two plugins at a warm start", "ms", 50.0, median(loaded) - median(bare), None))
    }

    async fn until_answered(&self, program: &Program, workloads: &[&Workload]) -> Result<f64> {
        let mut weft = program.spawn()?;
        let mut last = None;
        for workload in workloads {
            let request = self.api(&weft).hook_request(&workload.hook(), &workload.body);
            last = Some(weft.until_answered(request).await?);
        }
        weft.stop().await?;
        Ok(last.context("there is a workload")?.as_secs_f64() * 1_000.0)
    }
}

fn workload_of(id: &str) -> Result<Workload> {
    workloads::all().into_iter().find(|workload| workload.id == id).with_context(|| format!("there is no {id}"))
}

fn another_version(mut component: Vec<u8>) -> Result<Vec<u8>> {
    let length = BUNDLED_VERSION.len();
    let places: Vec<_> = component.windows(length).enumerate().filter(|(_, bytes)| *bytes == BUNDLED_VERSION).collect();
    ensure!(places.len() == 1 && VERSION.len() == length, "it is there {} times", places.len());
    let place = places[0].0;
    component[place..place + length].copy_from_slice(VERSION.as_bytes());
    Ok(component)
}
