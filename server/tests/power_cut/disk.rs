//! A disk whose power can be cut: ext4 on a loop device over an image file, which lies on a file system of its
//! own. It owns the image, the mounts and the folder of all, and leaves none behind. It never syncs or freezes
//! the file system that is under test, only the one below it.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

const IMAGE_BYTES: u64 = 256 << 20;
/// The file system below holds the image and its own tables.
const BELOW_BYTES: u64 = IMAGE_BYTES + (64 << 20);

/// Nothing writes to a blank file system by itself.
const TABLES_AT_ONCE: [&str; 4] = ["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"];
/// What is below need not survive anything.
const NO_JOURNAL: [&str; 2] = ["-O", "^has_journal"];

/// Its mounts end from the top down.
pub(crate) struct Disk {
    mount: Mount,
    below: Mount,
    folder: TempDir,
}

impl Disk {
    /// An empty disk. Fails where there can be none.
    pub(crate) fn blank() -> Result<Self> {
        ensure!(fs::metadata("/proc/self")?.uid() == 0, "it needs root, to mount");
        ensure!(Path::new("/dev/loop-control").exists(), "there are no loop devices");
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("below.ext4");
        blank_image(&file, BELOW_BYTES, &NO_JOURNAL)?;
        let below = Mount::of(&file, folder.path().join("below"))?;
        Frozen::now(&below.point)?.end()?;
        let image = image_on(&below);
        blank_image(&image, IMAGE_BYTES, &[])?;
        let mount = Mount::of(&image, folder.path().join("mounted"))?;
        Ok(Self { mount, below, folder })
    }

    /// Where its files are.
    pub(crate) fn files(&self) -> &Path {
        &self.mount.point
    }

    pub(crate) fn used_mib(&self) -> Result<u64> {
        let space = rustix::fs::statvfs(self.files())?;
        Ok(((space.f_blocks - space.f_bfree) * space.f_frsize) >> 20)
    }

    /// Cuts the power: from one moment on the device finishes no write, and what it has then is kept. Calls
    /// `over` at the end of this time; afterwards everything goes on, in vain.
    pub(crate) fn cut(&self, over: impl FnOnce()) -> Result<()> {
        let frozen = Frozen::now(&self.below.point)?;
        let copied = copy(&image_on(&self.below), &self.kept());
        over();
        frozen.end()?;
        copied
    }

    /// Mounts what the last cut left, when nobody uses the disk any more.
    pub(crate) fn power_on(&mut self) -> Result<()> {
        self.mount.end()?;
        copy(&self.kept(), &image_on(&self.below))?;
        self.mount = Mount::of(&image_on(&self.below), self.mount.point.clone())?;
        Ok(())
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("kept.ext4")
    }
}

/// A mounted image. Its loop device goes when the mount does.
struct Mount {
    point: PathBuf,
    is_there: bool,
}

impl Mount {
    fn of(image: &Path, point: PathBuf) -> Result<Self> {
        fs::create_dir_all(&point)?;
        let device = run(Command::new("losetup").args(["--find", "--show", "--direct-io=on"]).arg(image))?;
        let device = device.trim();
        let mounted = run(Command::new("mount").args(["-t", "ext4", "-o", "noatime", device]).arg(&point));
        let mount = Self { point, is_there: mounted.is_ok() };
        // A device in use goes with its last user.
        run(Command::new("losetup").args(["--detach", device]))?;
        mounted.map(|_| mount)
    }

    fn end(&mut self) -> Result<()> {
        if self.is_there {
            run(Command::new("umount").arg(&self.point))?;
            self.is_there = false;
        }
        Ok(())
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if self.end().is_err() {
            // Nothing is left to try.
            run(Command::new("umount").arg("--lazy").arg(&self.point)).ok();
        }
    }
}

/// A file system in which every write waits.
struct Frozen<'a> {
    point: &'a Path,
    is_on: bool,
}

impl<'a> Frozen<'a> {
    fn now(point: &'a Path) -> Result<Self> {
        run(Command::new("fsfreeze").arg("--freeze").arg(point))?;
        Ok(Self { point, is_on: true })
    }

    fn end(mut self) -> Result<()> {
        self.thaw()
    }

    fn thaw(&mut self) -> Result<()> {
        if self.is_on {
            run(Command::new("fsfreeze").arg("--unfreeze").arg(self.point))?;
            self.is_on = false;
        }
        Ok(())
    }
}

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        // Whoever could be told has left.
        self.thaw().ok();
    }
}

fn image_on(below: &Mount) -> PathBuf {
    below.point.join("image.ext4")
}

fn blank_image(path: &Path, bytes: u64, options: &[&str]) -> Result<()> {
    File::create(path)?.set_len(bytes)?;
    run(Command::new("mkfs.ext4").args(TABLES_AT_ONCE).args(options).arg(path)).map(drop)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    run(Command::new("cp").args(["--reflink=auto", "--sparse=always"]).args([from, to])).map(drop)
}

/// Runs a program of the system; what it wrote.
fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} cannot be started"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed with {}: {}", output.status, errors.trim());
    Ok(String::from_utf8(output.stdout)?)
}
