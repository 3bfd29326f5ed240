//! A disk whose power can be cut: ext4 on a loop device over an image file. It owns the image, the mount and the
//! folder of both, and leaves none behind. It never syncs or freezes the file system.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

const IMAGE_BYTES: u64 = 256 << 20;
/// Copies that the kernel's writeback may spoil, one after the other.
const COPIES_MAX: u32 = 200;

pub(crate) struct Disk {
    mount: Mount,
    image: PathBuf,
    copies: u32,
    folder: TempDir,
}

impl Disk {
    /// An empty disk. Fails where there can be none.
    pub(crate) fn blank() -> Result<Self> {
        ensure!(fs::metadata("/proc/self")?.uid() == 0, "it needs root, to mount");
        ensure!(Path::new("/dev/loop-control").exists(), "there are no loop devices");
        let folder = tempfile::tempdir()?;
        let image = folder.path().join("image-0");
        File::create(&image)?.set_len(IMAGE_BYTES)?;
        let at_once = "lazy_itable_init=0,lazy_journal_init=0";
        run(Command::new("mkfs.ext4").args(["-q", "-F", "-E", at_once]).arg(&image))?;
        let point = folder.path().join("mounted");
        fs::create_dir(&point)?;
        let mount = Mount::of(&image, &point)?;
        Ok(Self { mount, image, copies: 0, folder })
    }

    /// Where its files are, whatever image is mounted.
    pub(crate) fn files(&self) -> &Path {
        &self.mount.point
    }

    pub(crate) fn used_mib(&self) -> Result<u64> {
        let space = rustix::fs::statvfs(self.files())?;
        Ok(((space.f_blocks - space.f_bfree) * space.f_frsize) >> 20)
    }

    /// The image as it is at one moment. Journal and writeback go on without the server, so a copy counts only
    /// if the device took nothing while it was made.
    pub(crate) fn copy(&mut self) -> Result<PathBuf> {
        self.copies += 1;
        let copy = self.folder.path().join(format!("image-{}", self.copies));
        for _ in 0..COPIES_MAX {
            let before = self.mount.traffic()?;
            run(Command::new("cp").args(["--reflink=auto", "--sparse=always"]).args([&self.image, &copy]))?;
            if before.in_flight == 0 && self.mount.traffic()? == before {
                return Ok(copy);
            }
        }
        bail!("the device was never still for the time of a copy")
    }

    /// Mounts a copy in the place of the image, which is forgotten.
    pub(crate) fn go_on_from(&mut self, copy: &Path) -> Result<()> {
        self.mount.end()?;
        fs::remove_file(&self.image)?;
        self.image = copy.to_owned();
        self.mount = Mount::of(&self.image, &self.folder.path().join("mounted"))?;
        Ok(())
    }
}

/// What a block device did so far.
#[derive(Debug, PartialEq, Eq)]
struct Traffic {
    writes: u64,
    discards: u64,
    in_flight: u64,
}

/// A mounted image. The loop device goes when the mount does.
struct Mount {
    device: String,
    point: PathBuf,
    is_there: bool,
}

impl Mount {
    fn of(image: &Path, point: &Path) -> Result<Self> {
        let device = run(Command::new("losetup").args(["--find", "--show", "--direct-io=on"]).arg(image))?;
        let device = device.trim().to_owned();
        let mounted = run(Command::new("mount").args(["-t", "ext4", &device]).arg(point));
        let is_there = mounted.is_ok();
        let mount = Self { device, point: point.to_owned(), is_there };
        // A device in use goes with its last user.
        run(Command::new("losetup").args(["--detach", &mount.device]))?;
        mounted.map(|_| mount)
    }

    fn traffic(&self) -> Result<Traffic> {
        let name = self.device.trim_start_matches("/dev/");
        let stat = fs::read_to_string(format!("/sys/block/{name}/stat"))?;
        let figures: Vec<u64> = stat.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let figure =
            |at: usize| figures.get(at).copied().with_context(|| format!("no figure {at} in '{stat}'"));
        let traffic = Traffic { writes: figure(4)?, discards: figure(11)?, in_flight: figure(8)? };
        ensure!(traffic.writes > 0, "{name} does not count what it writes");
        Ok(traffic)
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

/// Runs a program of the system; what it wrote.
fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} cannot be started"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed with {}: {}", output.status, errors.trim());
    Ok(String::from_utf8(output.stdout)?)
}
