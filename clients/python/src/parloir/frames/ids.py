"""Ids as text, one type for each noun, so that one is never taken for another (PROTOCOL.md, section 2).

It makes no id; of a command's id see `parloir.uuid7`.
"""

from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
"""A workspace: `wsp_` and a UUID."""
AgentId = NewType("AgentId", str)
"""An agent, a person or a program that works the queue: `agt_` and a UUID."""
ChannelId = NewType("ChannelId", str)
"""A channel, one own sender: `chn_` and a UUID."""
ContactId = NewType("ContactId", str)
"""A saved person: `con_` and a UUID."""
ConversationId = NewType("ConversationId", str)
"""One thread with one address over one channel: `cnv_` and a UUID."""
MessageId = NewType("MessageId", str)
"""A message: `msg_` and a UUID, of one that this client sends the command's."""
GroupId = NewType("GroupId", str)
"""A group of conversations: `grp_` and a UUID."""
NoteId = NewType("NoteId", str)
"""A note: `not_` and a UUID."""
JobId = NewType("JobId", str)
"""Large work: `job_` and a UUID."""
TokenId = NewType("TokenId", str)
"""A token's handle, never its secret: `tok_` and a UUID."""
TemplateId = NewType("TemplateId", str)
"""A template: `tpl_` and a UUID."""
AttachmentId = NewType("AttachmentId", str)
"""An attachment: `att_` and a UUID."""
WebhookId = NewType("WebhookId", str)
"""A webhook: `whk_` and a UUID."""

CommandId = NewType("CommandId", str)
"""A command's id: a bare UUID of version 7."""
Time = NewType("Time", str)
"""A moment in UTC with milliseconds, `2026-11-03T09:15:02.123Z`. Never used for order."""
Seq = NewType("Seq", int)
"""A place in a workspace's log, from 1."""
Epoch = NewType("Epoch", str)
"""One life of a log: 16 hexadecimal digits."""
Cursor = NewType("Cursor", str)
"""An opaque position to resume from."""
Country = NewType("Country", str)
"""A country in two letters."""

Range = tuple[int, int]
"""Characters of a text from the first up to before the second, as Unicode scalar values."""

PREFIXES = {
    WorkspaceId: "wsp",
    AgentId: "agt",
    ChannelId: "chn",
    ContactId: "con",
    ConversationId: "cnv",
    MessageId: "msg",
    GroupId: "grp",
    NoteId: "not",
    JobId: "job",
    TokenId: "tok",
    TemplateId: "tpl",
    AttachmentId: "att",
    WebhookId: "whk",
}
"""What the ids of each noun begin with."""
