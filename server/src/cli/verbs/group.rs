//! Verbs about groups.

use clap::{Args, Subcommand};
use parloir_client::protocol::command::{Command, group};

use super::give;
use crate::cli::connect::Access;
use crate::cli::find;

#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Makes a group.
    Create(One),
    /// Calls a group otherwise.
    Rename(Rename),
    /// Lets a group take no new conversations.
    Archive(One),
    /// Deletes a group.
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct One {
    #[command(flatten)]
    access: Access,
    /// Its name; for a known one its id or a part of its name.
    group: String,
}

#[derive(Debug, Args)]
pub(crate) struct Rename {
    #[command(flatten)]
    access: Access,
    /// Its id, or a part of its name.
    group: String,
    /// The new name.
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    access: Access,
    /// Its id, or a part of its name.
    group: String,
    /// Where its conversations go.
    #[arg(long)]
    target: Option<String>,
}

impl Group {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(One { access, group: name }) => {
                give(&access, async |_| Ok(Command::GroupCreate(group::Create { name }))).await
            }
            Self::Rename(Rename { access, group, name }) => {
                give(&access, async |client| {
                    let group_id = find::group(client, &group)?;
                    Ok(Command::GroupRename(group::Rename { group_id, name }))
                })
                .await
            }
            Self::Archive(One { access, group }) => {
                give(&access, async |client| {
                    Ok(Command::GroupArchive(group::Archive { group_id: find::group(client, &group)? }))
                })
                .await
            }
            Self::Delete(Delete { access, group, target }) => {
                give(&access, async |client| {
                    let group_id = find::group(client, &group)?;
                    let target = target.map(|target| find::group(client, &target)).transpose()?;
                    Ok(Command::GroupDelete(group::Delete { group_id, target }))
                })
                .await
            }
        }
    }
}
