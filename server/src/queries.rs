//! What can be asked to be read: each query against the state, as one agent may see it. It changes nothing.

use std::sync::Arc;
use std::time::Duration;

use parloir_desk::entity::Conversation;
use parloir_desk::view::View;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::write_ok;
use parloir_protocol::entity::Message;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::{ConversationId, TemplateId};
use parloir_protocol::query::conversation::{
    ConsentList, ConsentListOk, QueuePage, QueuePageOk, Rows, RowsOk, Timeline, TimelineOk,
};
use parloir_protocol::query::workspace::{
    ContactGet, ContactGetOk, CountersGetOk, JobGet, JobGetOk, WorkspaceGetOk,
};
use parloir_protocol::query::{Query, QueryFrame, send, template, webhook};
use parloir_protocol::up::ReplyTo;
use tokio::sync::Mutex;
use tokio::task::coop::consume_budget;

use crate::admission::{Caller, scope_of};
use crate::node::Node;
use crate::state::State;
use crate::{queue, snapshot, wire};

mod ledger;
mod plan;
pub mod search;
pub mod seen;
#[cfg(test)]
mod tests;
mod webhooks;

/// How long a query waits for a seq that it must include.
const AT_LEAST_WAIT: Duration = Duration::from_secs(2);

/// What a query takes of the 128 steps that tokio lets a task go before others are served: one that comes alone waits for
/// nobody, and each of many reads in another turn of the task.
const STEPS: usize = 100;

/// The turns of one connection's queries. A client may have many on their way, and each may read hundreds of rows in the
/// connection's task.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<()>>);

impl Turns {
    /// Waits until all that came before have had their turn, and others theirs.
    async fn wait(&self) {
        let _next = self.0.lock().await;
        for _ in 0..STEPS {
            consume_budget().await;
        }
    }
}

/// Answers a query in its turn: the reply's bytes.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub async fn run(
    node: &Arc<Node>,
    caller: &Caller,
    codec: Codec,
    frame: QueryFrame,
    turns: &Turns,
) -> Result<Vec<u8>, ErrorBody> {
    if let Some(seq) = frame.at_least {
        wait_for(caller, seq).await?;
    }
    turns.wait().await;
    let to = ReplyTo::Query(frame.id);
    let asked = || Asked::now(node, caller, codec, to);
    match frame.query {
        Query::QueuePage(query) => asked().queue_page(&query),
        Query::ConversationRows(query) => asked().rows(&query),
        Query::ConversationTimeline(query) => asked().timeline(&query),
        Query::ContactGet(query) => asked().contact(&query),
        Query::JobGet(query) => asked().job(&query),
        Query::CountersGet(_) => Ok(asked().counters()),
        Query::WorkspaceGet(_) => asked().workspace(),
        Query::SendPlan(query) => asked().plan(&query),
        Query::TemplateList(_) => Ok(asked().templates()),
        Query::TemplateGet(query) => asked().template(query.template_id),
        Query::ConsentList(query) => asked().consents(&query),
        Query::WebhookList(_) => asked().webhooks(),
        Query::WebhookDeliveries(query) => asked().deliveries(&query),
        Query::StatusGet(_) => Ok(asked().status()),
        Query::SearchConversations(query) => {
            search::conversations(node, caller, query).await.map(|found| write_ok(codec, to, &found))
        }
        Query::SearchMessages(query) => {
            search::messages(node, caller, query).await.map(|found| write_ok(codec, to, &found))
        }
    }
}

async fn wait_for(caller: &Caller, seq: u64) -> Result<(), ErrorBody> {
    let mut head = caller.workspace.hub.subscribe();
    let reached = tokio::time::timeout(AT_LEAST_WAIT, head.wait_for(|mark| mark.seq >= seq)).await;
    match reached {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(_)) | Err(_) => {
            let head = caller.workspace.hub.head().seq;
            Err(ErrorBody::new(Code::Unavailable, "that seq is not reached yet: ask again").with("seq", head))
        }
    }
}

/// How many are asked for.
fn limit(node: &Node, asked: Option<usize>) -> Result<usize, ErrorBody> {
    let limits = &node.limits.wire;
    let limit = asked.unwrap_or(limits.page_rows);
    if (1..=limits.page_rows_max).contains(&limit) {
        return Ok(limit);
    }
    let message = format!("ask for 1 to {} at once, not {limit}", limits.page_rows_max);
    Err(ErrorBody::new(Code::TooMany, message).with("max", limits.page_rows_max))
}

struct Asked<'a> {
    state: Arc<State>,
    node: &'a Node,
    caller: &'a Caller,
    codec: Codec,
    to: ReplyTo,
    /// Everything up to here is in the answer.
    seq: u64,
}

impl<'a> Asked<'a> {
    fn now(node: &'a Node, caller: &'a Caller, codec: Codec, to: ReplyTo) -> Self {
        // Before the state: what is read may hold more than it says, never less.
        let seq = caller.workspace.hub.head().seq;
        Self { state: node.state.current(), node, caller, codec, to, seq }
    }

    fn view(&self) -> View<'_> {
        View::new(&*self.state, self.caller.workspace.id)
    }

    fn contact(&self, query: &ContactGet) -> Result<Vec<u8>, ErrorBody> {
        let contact = self.view().contact(query.contact_id);
        let contact = contact.filter(|contact| seen::sees_contact(&self.view(), &self.caller.agent, contact));
        let contact = contact.ok_or_else(|| ErrorBody::new(Code::ContactNotFound, "no such contact"))?;
        Ok(self.ok(&ContactGetOk { contact: wire::entity::contact(&contact) }))
    }

    fn job(&self, query: &JobGet) -> Result<Vec<u8>, ErrorBody> {
        let job = self.view().job(query.job_id);
        let job = job.ok_or_else(|| ErrorBody::new(Code::JobNotFound, "no such job"))?;
        Ok(self.ok(&JobGetOk { job: wire::entity::job(&job) }))
    }

    fn counters(&self) -> Vec<u8> {
        let counters = snapshot::counters(&self.view(), &scope_of(&self.caller.agent), self.seq);
        self.ok(&CountersGetOk { counters })
    }

    fn queue_page(&self, query: &QueuePage) -> Result<Vec<u8>, ErrorBody> {
        let after = match &query.after {
            Some(next) => Some(queue::place(&query.view, next).ok_or_else(|| {
                ErrorBody::new(Code::InvalidParams, "`after` is the `next` of a page of the same view")
            })?),
            None => None,
        };
        let limit = limit(self.node, query.limit)?;
        let page = queue::page(&self.view(), &self.caller.agent, &query.view, after, limit);
        Ok(self.ok(&QueuePageOk { rows: page.rows, next: page.next, seq: self.seq }))
    }

    fn rows(&self, query: &Rows) -> Result<Vec<u8>, ErrorBody> {
        limit(self.node, Some(query.ids.len().max(1)))?;
        let found = query.ids.iter().filter_map(|id| self.conversation(*id));
        let rows = found.map(|conversation| wire::queue::row(&self.view(), &conversation)).collect();
        Ok(self.ok(&RowsOk { rows, seq: self.seq }))
    }

    fn timeline(&self, query: &Timeline) -> Result<Vec<u8>, ErrorBody> {
        let limit = limit(self.node, query.limit)?;
        let found = self.conversation(query.conversation_id);
        let conversation = found.ok_or_else(|| {
            ErrorBody::new(Code::ConversationNotFound, "no such conversation, or not one that you see")
        })?;
        let id = conversation.header.conversation_id;
        let mut items = self.view().timeline(id, query.before, limit + 1);
        let earlier = items.len() > limit;
        items.truncate(limit);
        items.reverse();
        let items = wire::queue::timeline(&self.view(), &items);
        let pending = match query.before {
            None => self.pending(id),
            Some(_) => Vec::new(),
        };
        Ok(self.ok(&TimelineOk { items, earlier, pending, seq: self.seq }))
    }

    /// What is scheduled or held, the soonest first.
    fn pending(&self, id: ConversationId) -> Vec<Message> {
        let planned = self.view().planned(id, self.node.limits.desk.planned);
        planned.iter().map(wire::entity::message).collect()
    }

    fn plan(&self, query: &send::Plan) -> Result<Vec<u8>, ErrorBody> {
        plan::answer(self.node, self.caller, &self.view(), query).map(|answer| self.ok(&answer))
    }

    fn templates(&self) -> Vec<u8> {
        let mut templates: Vec<_> = self.view().templates().iter().map(wire::entity::template).collect();
        templates.sort_by(|one, other| (&one.name, &one.language).cmp(&(&other.name, &other.language)));
        self.ok(&template::ListOk { templates, seq: self.seq })
    }

    fn template(&self, id: TemplateId) -> Result<Vec<u8>, ErrorBody> {
        let found = self.view().template(id);
        let found = found.ok_or_else(|| ErrorBody::new(Code::TemplateNotFound, "no such template"))?;
        Ok(self.ok(&template::GetOk { template: wire::entity::template(&found) }))
    }

    fn consents(&self, query: &ConsentList) -> Result<Vec<u8>, ErrorBody> {
        let limit = limit(self.node, query.limit)?;
        let before = query.after.as_deref().map(str::parse).transpose();
        let before =
            before.map_err(|_| ErrorBody::new(Code::InvalidParams, "`after` is the `next` of a page"))?;
        let (items, next) = ledger::page(&self.view(), self.caller, before, limit);
        let next = next.map(|seq: u64| seq.to_string());
        Ok(self.ok(&ConsentListOk { items, next, seq: self.seq }))
    }

    fn webhooks(&self) -> Result<Vec<u8>, ErrorBody> {
        webhooks::list(&self.view(), self.caller)
            .map(|webhooks| self.ok(&webhook::ListOk { webhooks, seq: self.seq }))
    }

    fn deliveries(&self, query: &webhook::Deliveries) -> Result<Vec<u8>, ErrorBody> {
        let limit = limit(self.node, query.limit)?;
        let items = webhooks::deliveries(self.node, &self.view(), self.caller, query, limit)?;
        Ok(self.ok(&webhook::DeliveriesOk { items, seq: self.seq }))
    }

    fn status(&self) -> Vec<u8> {
        self.ok(&crate::status::status(self.node))
    }

    fn workspace(&self) -> Result<Vec<u8>, ErrorBody> {
        let workspace = self.view().workspace();
        let workspace = workspace.ok_or_else(|| ErrorBody::new(Code::NotFound, "no such workspace"))?;
        let scope = scope_of(&self.caller.agent);
        let groups = self.view().groups();
        Ok(self.ok(&WorkspaceGetOk {
            workspace: wire::entity::workspace(&workspace),
            groups: groups.iter().filter(|group| scope.sees(group.id)).map(wire::entity::group).collect(),
            agents: self.view().agents().iter().map(wire::entity::agent).collect(),
        }))
    }

    fn conversation(&self, id: ConversationId) -> Option<Conversation> {
        let seen = |conversation: &Conversation| self.caller.agent.scope.sees(conversation.header.group_id);
        self.view().conversation(id).filter(seen)
    }

    fn ok<T: serde::Serialize>(&self, content: &T) -> Vec<u8> {
        write_ok(self.codec, self.to, content)
    }
}
