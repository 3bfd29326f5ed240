//! A file system that loses power: what was not synced survives page by page, by chance. It can refuse
//! a write or a sync, and stop in the middle of any work.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use super::{Files, StoredFile};

use crate::locks::locked;

const PAGE: usize = 4096;

/// Numbers by chance, the same for the same seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(crate) fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// The files, as the process sees them and as the disk keeps them.
#[derive(Clone, Default)]
pub(crate) struct FaultFiles(Arc<Mutex<Machine>>);

#[derive(Default)]
struct Machine {
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    contents: Vec<Content>,
    /// Counts power cuts: a handle from before one is dead.
    boot: u64,
    is_locked: bool,
    free_bytes: Option<u64>,
    writes_left: Option<u64>,
    syncs_left: Option<u64>,
    steps_left: Option<u64>,
    keeps_lengths: bool,
    file_bytes_max: Option<u64>,
    before_sync: Option<Arc<dyn Fn() + Send + Sync>>,
}

#[derive(Default)]
struct Content {
    seen: Vec<u8>,
    durable: Vec<u8>,
    dirty: BTreeSet<usize>,
}

struct FaultFile {
    machine: Arc<Mutex<Machine>>,
    content: usize,
    boot: u64,
}

struct Lock(Arc<Mutex<Machine>>, u64);

impl FaultFiles {
    pub(crate) fn set_free_bytes(&self, bytes: u64) {
        locked(&self.0).free_bytes = Some(bytes);
    }

    /// Refuses the write after `writes` more.
    pub(crate) fn fail_write_after(&self, writes: u64) {
        locked(&self.0).writes_left = Some(writes);
    }

    /// Refuses the sync of a file after `syncs` more.
    pub(crate) fn fail_sync_after(&self, syncs: u64) {
        locked(&self.0).syncs_left = Some(syncs);
    }

    /// Refuses to make any file shorter.
    pub(crate) fn refuse_truncation(&self) {
        locked(&self.0).keeps_lengths = true;
    }

    /// Takes no byte of a file beyond this, as a quota does.
    pub(crate) fn bound_files(&self, bytes: u64) {
        locked(&self.0).file_bytes_max = Some(bytes);
    }

    /// Refuses everything that changes the disk after `steps` more.
    pub(crate) fn stop_after(&self, steps: u64) {
        locked(&self.0).steps_left = Some(steps);
    }

    /// Whoever syncs a file does this first, with the disk free for others.
    pub(crate) fn before_sync(&self, work: impl Fn() + Send + Sync + 'static) {
        locked(&self.0).before_sync = Some(Arc::new(work));
    }

    /// Ends the process only: what it wrote is seen, synced or not.
    pub(crate) fn restart(&self) {
        locked(&self.0).restart();
    }

    /// Cuts the power, and is there again with what the disk happens to have kept.
    pub(crate) fn cut(&self, dice: &mut Dice) {
        let mut machine = locked(&self.0);
        machine.contents.iter_mut().for_each(|content| content.cut(dice));
        let (seen, mut kept) = (machine.names.clone(), machine.durable_names.clone());
        for name in seen.keys().chain(machine.durable_names.keys()) {
            if dice.coin() {
                match seen.get(name) {
                    Some(content) => kept.insert(name.clone(), *content),
                    None => kept.remove(name),
                };
            }
        }
        machine.names.clone_from(&kept);
        machine.durable_names = kept;
        machine.restart();
    }

    /// Turns every bit of one byte, on the disk too.
    pub(crate) fn flip(&self, path: &Path, offset: usize) {
        let mut machine = locked(&self.0);
        let content = machine.find(path).expect("the file to damage is there");
        machine.contents[content].seen[offset] ^= 0xff;
        machine.contents[content].durable[offset] ^= 0xff;
    }

    /// The bytes of all files that have a name.
    pub(crate) fn all_bytes(&self) -> Vec<Vec<u8>> {
        let machine = locked(&self.0);
        machine.names.values().map(|content| machine.contents[*content].seen.clone()).collect()
    }
}

impl Content {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        self.seen.resize(self.seen.len().max(end), 0);
        self.seen[offset..end].copy_from_slice(bytes);
        self.dirty.extend(offset / PAGE..end.div_ceil(PAGE));
    }

    fn sync(&mut self) {
        self.durable.resize(self.seen.len(), 0);
        for page in std::mem::take(&mut self.dirty) {
            self.keep(page);
        }
    }

    fn keep(&mut self, page: usize) {
        let (start, end) = (page * PAGE, ((page + 1) * PAGE).min(self.seen.len()));
        if start < end {
            self.durable.resize(self.durable.len().max(end), 0);
            self.durable[start..end].copy_from_slice(&self.seen[start..end]);
        }
    }

    fn cut(&mut self, dice: &mut Dice) {
        if dice.coin() {
            self.durable.resize(self.seen.len(), 0);
        }
        for page in std::mem::take(&mut self.dirty) {
            if dice.coin() {
                self.keep(page);
            }
        }
        self.seen.clone_from(&self.durable);
    }
}

impl Machine {
    fn find(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn restart(&mut self) {
        self.boot += 1;
        self.is_locked = false;
        (self.writes_left, self.syncs_left, self.steps_left) = (None, None, None);
    }

    /// Once out of steps, everything is refused.
    fn step(&mut self) -> io::Result<()> {
        match self.steps_left.map(|left| left.checked_sub(1)) {
            Some(None) => Err(io::ErrorKind::BrokenPipe.into()),
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Refuses once, and works again: whoever tries again is found out.
fn refuse_once(left: &mut Option<u64>) -> io::Result<()> {
    match left.take() {
        Some(0) => Err(io::ErrorKind::BrokenPipe.into()),
        Some(more) => {
            *left = Some(more - 1);
            Ok(())
        }
        None => Ok(()),
    }
}

impl Files for FaultFiles {
    fn create_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, _dir: &Path) -> io::Result<Box<dyn Send + Sync>> {
        let mut machine = locked(&self.0);
        if std::mem::replace(&mut machine.is_locked, true) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(Lock(self.0.clone(), machine.boot)))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let machine = locked(&self.0);
        let within = machine.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(within.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect())
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn StoredFile>> {
        let mut machine = locked(&self.0);
        machine.step()?;
        if machine.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let content = machine.contents.len();
        machine.contents.push(Content::default());
        machine.names.insert(path.to_owned(), content);
        Ok(Arc::new(FaultFile { machine: self.0.clone(), content, boot: machine.boot }))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn StoredFile>> {
        let machine = locked(&self.0);
        let content = machine.find(path)?;
        Ok(Arc::new(FaultFile { machine: self.0.clone(), content, boot: machine.boot }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut machine = locked(&self.0);
        machine.step()?;
        let content = machine.find(from)?;
        machine.names.remove(from);
        machine.names.insert(to.to_owned(), content);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut machine = locked(&self.0);
        machine.step()?;
        machine.names.remove(path).map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        let mut machine = locked(&self.0);
        machine.step()?;
        machine.durable_names = machine.names.clone();
        Ok(())
    }

    fn free_bytes(&self, _dir: &Path) -> io::Result<u64> {
        Ok(locked(&self.0).free_bytes.unwrap_or(u64::MAX))
    }
}

impl FaultFile {
    fn machine(&self) -> io::Result<MutexGuard<'_, Machine>> {
        let machine = locked(&self.machine);
        if machine.boot == self.boot { Ok(machine) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

impl StoredFile for FaultFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut machine = self.machine()?;
        if let Some(max) = machine.file_bytes_max.filter(|max| offset + bytes.len() as u64 > *max) {
            let fits = to_usize(max.saturating_sub(offset))?;
            machine.contents[self.content].write(&bytes[..fits], to_usize(offset)?);
            return Err(io::ErrorKind::StorageFull.into());
        }
        // What a failing write leaves behind is some of it.
        let allowed = machine.step().and_then(|()| refuse_once(&mut machine.writes_left));
        let reached = if allowed.is_ok() { bytes } else { &bytes[..bytes.len() / 2] };
        machine.contents[self.content].write(reached, to_usize(offset)?);
        allowed
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let machine = self.machine()?;
        let start = to_usize(offset)?;
        let seen = machine.contents[self.content].seen.get(start..start + bytes.len());
        bytes.copy_from_slice(seen.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let before = self.machine()?.before_sync.clone();
        before.iter().for_each(|work| work());
        let mut machine = self.machine()?;
        machine.step()?;
        let refused = refuse_once(&mut machine.syncs_left);
        match refused {
            Ok(()) => machine.contents[self.content].sync(),
            // As Linux does: the pages count as clean although they are not on the disk.
            Err(_) => machine.contents[self.content].dirty.clear(),
        }
        refused
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let mut machine = self.machine()?;
        machine.step()?;
        if machine.keeps_lengths {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let len = to_usize(len)?;
        machine.contents[self.content].seen.resize(len, 0);
        machine.contents[self.content].dirty.insert(len / PAGE);
        Ok(())
    }

    fn byte_len(&self) -> io::Result<u64> {
        Ok(self.machine()?.contents[self.content].seen.len() as u64)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let mut machine = locked(&self.0);
        if machine.boot == self.1 {
            machine.is_locked = false;
        }
    }
}

fn to_usize(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge.into())
}
