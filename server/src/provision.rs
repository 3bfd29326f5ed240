//! New workspaces: opened here, given their first commit, and written down in the workspace `sys`, which
//! holds nothing but the list of the others and the operator.

use std::sync::Arc;

use parloir_desk::command::{Command, DigestKey, TokenHash};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::Country;
use parloir_desk::view::View;
use parloir_protocol::command::workspace::Create;
use parloir_protocol::down::Done;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::{CommandId, WorkspaceId};
use uuid::Uuid;

use crate::admission::{Caller, is_recorded};
use crate::asked::error_of;
use crate::node::Node;
use crate::phone;
use crate::secret::{Secret, random_bytes};
use crate::serve::open_workspace;
use crate::wire;
use crate::workspace::Rejected;

/// The workspace of the server itself.
pub const SYS: WorkspaceId = WorkspaceId(Uuid::nil());

/// What a new workspace begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    pub name: String,
    pub country: Country,
    pub admin: String,
}

/// Gives a workspace its first commit. The answer holds the first admin's token, which is `secret`, unless an
/// earlier one did.
///
/// # Errors
/// [`Rejected`].
pub async fn found(
    node: &Arc<Node>,
    id: WorkspaceId,
    command_id: CommandId,
    founding: Founding,
    secret: &Secret,
) -> Result<Done, Rejected> {
    let workspace = open_workspace(node, id);
    let Founding { name, country, admin } = founding;
    let command = Command::Provision {
        workspace_id: id,
        name,
        country,
        digest_key: DigestKey(random_bytes()),
        admin,
        hash: TokenHash(secret.hash()),
    };
    let answer = workspace.ask(Key::Operator(command_id), Actor::System, command, None).await?;
    let token = is_recorded(node, secret).then(|| secret.text());
    Ok(wire::entity::done(&answer, wire::entity::Shown { token, secret: None }))
}

/// Whether the workspace `sys` exists.
pub fn has_sys(node: &Node) -> bool {
    let state = node.state.current();
    View::new(&*state, SYS).workspace().is_some()
}

/// Founds the workspace `sys`, whose operator's token is `secret`.
///
/// # Errors
/// [`Rejected`].
pub async fn found_sys(node: &Arc<Node>, secret: &Secret) -> Result<(), Rejected> {
    let founding =
        Founding { name: "sys".to_owned(), country: Country::FRANCE, admin: "Operator".to_owned() };
    found(node, SYS, CommandId(Uuid::now_v7()), founding, secret).await.map(drop)
}

/// `workspace.create`, asked by the operator: the new workspace's id is the command's, so a repeat finds it.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub async fn create_workspace(
    node: &Arc<Node>,
    caller: &Caller,
    command_id: CommandId,
    create: &Create,
) -> Result<Done, ErrorBody> {
    if caller.workspace.id != SYS {
        return Err(ErrorBody::new(Code::NotAllowed, "only the operator creates workspaces"));
    }
    let country = phone::country(&create.country)
        .ok_or_else(|| ErrorBody::new(Code::InvalidParams, "a country is two letters, as FR or GB"))?;
    let id = WorkspaceId(command_id.0);
    let register = Command::RegisterWorkspace { workspace_id: id, name: create.name.clone() };
    let key = Key::Client(caller.agent.id, command_id);
    let registered = caller.workspace.ask(key, Actor::System, register, None).await;
    let registered = registered.map_err(|rejected| error_of(&rejected))?;
    let founding = Founding { name: create.name.clone(), country, admin: create.admin.clone() };
    let mut done = found(node, id, command_id, founding, &Secret::random(id))
        .await
        .map_err(|rejected| error_of(&rejected))?;
    done.seq = registered.seq;
    done.workspace_id = Some(id);
    Ok(done)
}
