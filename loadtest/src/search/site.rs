//! Where the benchmark runs: a folder with the loaded data, its server, and the ways in. Loading takes minutes, so
//! a copy may be kept; what is measured always runs on another one, since it changes the data.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::copies::copy_folder;
use super::desk::Desk;
use super::people::People;
use super::progress::{Progress, say};
use super::texts::Texts;
use super::{SMALL_CONTACTS, Search, load};
use crate::cores::Cores;
use crate::folder::Folder;
use crate::house::House;

/// Beside the data, once all of it is loaded.
const NOTE: &str = "search-benchmark.json";
/// Raised whenever the same seed makes other data.
const EDITION: u32 = 2;
/// Groups of a small workspace.
const SMALL_GROUPS: usize = 6;

/// A loaded server, stopped or running.
pub(crate) struct Site {
    pub(crate) house: House,
    pub(crate) note: Note,
    pub(crate) people: People,
    /// Held so that a folder for temporary files goes in the end.
    _folder: Option<Folder>,
}

/// What is loaded, and the ways in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    load: Load,
    pub(crate) desk: Desk,
    /// Of the small workspaces.
    pub(crate) small: Vec<Desk>,
}

/// What decides whether kept data will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Load {
    edition: u32,
    seed: u64,
    contacts: u64,
    messages: u64,
    workspaces: u64,
    texts: Option<PathBuf>,
}

impl Load {
    fn of(search: &Search) -> Self {
        Self {
            edition: EDITION,
            seed: search.seed,
            contacts: search.contacts,
            messages: search.messages(),
            workspaces: search.workspaces(),
            texts: search.texts.clone(),
        }
    }
}

impl Site {
    /// A stopped server with the data of `search`.
    pub(crate) async fn ready(search: &Search, program: PathBuf) -> anyhow::Result<Self> {
        let folder = if search.data_dir.is_some() { None } else { Some(Folder::new(None, "search")?) };
        let path = search.data_dir.clone().or_else(|| folder.as_ref().map(|folder| folder.path().to_owned()));
        let path = path.context("there is a folder")?;
        let is_empty = std::fs::read_dir(&path).map_or(true, |mut entries| entries.next().is_none());
        anyhow::ensure!(is_empty, "{} is not empty", path.display());
        let people = People::new(search.seed, search.contacts);
        let mut house = House::new(program, path.clone());
        let kept = search.keep_data.as_deref();
        let note = match kept.and_then(|kept| kept_note(kept, search)) {
            Some(note) => {
                say("the data is there already");
                copy_folder(kept.unwrap_or(&path), &path)?;
                note
            }
            None => {
                let note = fill(&mut house, search, &people).await?;
                std::fs::write(path.join(NOTE), serde_json::to_vec_pretty(&note)?)?;
                if let Some(kept) = kept {
                    keep(&path, kept)?;
                }
                note
            }
        };
        Ok(Self { house, note, people, _folder: folder })
    }

    /// The people of the `n`th small workspace.
    fn small_people(seed: u64, n: u64) -> People {
        People::new(seed.wrapping_add(1_000 + n), SMALL_CONTACTS).in_groups(SMALL_GROUPS)
    }
}

fn kept_note(kept: &Path, search: &Search) -> Option<Note> {
    let note: Note = serde_json::from_slice(&std::fs::read(kept.join(NOTE)).ok()?).ok()?;
    (note.load == Load::of(search)).then_some(note)
}

/// Other data that was kept before goes.
fn keep(from: &Path, kept: &Path) -> anyhow::Result<()> {
    if kept.join(NOTE).exists() {
        std::fs::remove_dir_all(kept).with_context(|| format!("cannot empty {}", kept.display()))?;
    }
    copy_folder(from, kept)
}

async fn fill(house: &mut House, search: &Search, people: &People) -> anyhow::Result<Note> {
    house.start(Cores::All).await?;
    let (url, data) = (house.url()?.to_owned(), house.data());
    let mut desk = Desk::found(&url, &data, "Large", people).await?;
    desk.hire_limited(&url).await?;
    load::people(&url, &desk, people).await?;
    let texts = Texts::new(search.seed, search.texts.as_deref())?;
    load::messages(&desk.admin(&url), &desk, people, texts, search.messages()).await?;
    let mut small = Vec::new();
    let mut progress = Progress::new("small workspaces", search.workspaces());
    for n in 0..search.workspaces() {
        let people = Site::small_people(search.seed, n);
        let desk = Desk::found(&url, &data, &format!("Small {n}"), &people).await?;
        load::few_people(&url, &desk, &people).await?;
        small.push(desk);
        progress.step();
    }
    house.stop().await?;
    Ok(Note { load: Load::of(search), desk, small })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_data_of_another_size_will_not_do() {
        let folder = Folder::new(None, "site").expect("a folder");
        let load = Load { edition: EDITION, seed: 1, contacts: 50, messages: 0, workspaces: 0, texts: None };
        let desk =
            Desk { admin: "plr_A".to_owned(), limited: None, channels: Vec::new(), groups: Vec::new() };
        let note = Note { load: load.clone(), desk, small: Vec::new() };
        let bytes = serde_json::to_vec(&note).expect("a note");
        std::fs::write(folder.path().join(NOTE), bytes).expect("a file");
        let search = |contacts: u64| Search {
            contacts,
            messages: Some(0),
            workspaces: 0,
            queries: 9,
            peer_queries: 0,
            texts: None,
            seed: 1,
            server: None,
            data_dir: None,
            keep_data: None,
            skip: Vec::new(),
            json: false,
        };
        assert_eq!(kept_note(folder.path(), &search(50)), Some(note));
        assert_eq!(kept_note(folder.path(), &search(51)), None);
    }
}
