"""Every frame of the wire and every part of one, as classes (PROTOCOL.md). It does no input or output."""

# fmt: off
from .codec import (
    Codec, FRAME_BYTES_MAX, FrameError, read_document, read_down, subprotocol, write_frame,
)
from .command import (
    AgentChange, AgentCreate, AgentDeactivate, AgentInvite, AgentSetAvailability, COMMANDS, ChannelChange,
    ChannelCreate, Command, ConsentChange, ContactErase, ContactMerge, ContactSave, ContactUnmerge,
    ConversationAssign, ConversationClaim, ConversationClose, ConversationMarkRead, ConversationMarkUnread,
    ConversationMove, ConversationNext, ConversationRelease, ConversationReopen, ConversationStart, Done, Expected,
    GroupArchive, GroupClose, GroupCreate, GroupDelete, GroupRename, LinkRevoke, MessageCancel, MessageRelease,
    MessageReschedule, MessageRetry, MessageSend, NoteAdd, TemplateDelete, TemplateSave, TemplateUse, TokenCreate,
    TokenRevoke, WebhookDelete, WebhookReplay, WebhookRotate, WebhookSave, WorkspaceChange, WorkspaceCreate,
)
from .contact import (
    Address, AddressKind, Contact, ContactCard, ContactRef,
)
from .conversation import (
    AssigneeCounters, AssigneeFilter, GroupCounters, Header, LastLine, OfAgent, Order, Row, Status, View,
)
from .down import (
    Change, Checkpoint, CountersFrame, Down, Goodbye, Ping, Presence, PresentSignal, Reply, Reset, ResetReason,
    Signal, Snapshot, UnknownFrame, Welcome,
)
from .event import (
    AgentAvailabilityChanged, AgentChanged, AgentCreated, AgentDeactivated, AttachmentMissing, AttachmentStored,
    ChannelChanged, ChannelCreated, ConsentChanged, ContactErased, ContactMerged, ContactSaved, ContactUnmerged,
    ConversationAssigned, ConversationClosed, ConversationEntered, ConversationErased, ConversationLeft,
    ConversationMarkedUnread, ConversationMoved, ConversationNamed, ConversationRead, ConversationReopened,
    ConversationStarted, EVENTS, Event, EventData, Fact, GroupArchived, GroupCreated, GroupDeleted, GroupEmptying,
    GroupRenamed, JobAdvanced, JobDone, JobRewriting, JobStarted, LinkOpened, LinkRevoked, MessageCancelled,
    MessageDeliveryChanged, MessagePlanChanged, MessagePlanned, MessageQueued, MessageReceived, NoteAdded,
    TemplateDeleted, TemplateSaved, UnknownEvent, WebhookDeleted, WebhookDisabled, WebhookReplayed, WebhookSaved,
    WorkspaceChanged,
)
from .ids import (
    AgentId, AttachmentId, ChannelId, CommandId, ContactId, ConversationId, Country, Cursor, Epoch, GroupId, JobId,
    MessageId, NoteId, PREFIXES, Range, Seq, TemplateId, Time, TokenId, WebhookId, WorkspaceId,
)
from .limits import (
    Limits,
)
from .message import (
    Action, ActionKind, Actor, AssignedItem, Attachment, AttachmentKind, AttachmentState, ByAgent, ByContact,
    ByProvider, BySystem, Card, CardDraft, Carriage, ClosedItem, Consent, ConsentItem, Delivery, Direction,
    ErasedItem, Failure, Item, Line, Link, LinkOpenedItem, LinkRevokedItem, Location, MarkedUnreadItem, Message,
    MessageItem, MovedItem, Note, NoteItem, Reaction, ReopenCause, ReopenedItem, StartedItem, TemplateRef,
)
from .plan import (
    ApprovalPlan, CostlyCharacter, ErrorBody, FieldPlan, PlanLimits, SendPlanned, SmsPlan, TemplatePlan, WindowPlan,
)
from .query import (
    ConsentEntry, ConsentList, ConsentPage, ContactAnswer, ContactGet, ConversationRows, ConversationTimeline,
    CountersAnswer, CountersGet, DeliveriesAnswer, FileDraft, FoundConversations, FoundMessages, Health, JobAnswer,
    JobGet, LastFailure, ProviderStatus, QUERIES, Query, QueuePage, RowsAnswer, RowsPage, SearchConversations,
    SearchMessages, SendPlan, ServerStatus, StatusGet, TemplateAnswer, TemplateGet, TemplateList, TemplateTry,
    TemplatesAnswer, TimelinePage, WebhookDeliveries, WebhookList, WebhooksAnswer, WorkspaceAnswer, WorkspaceGet,
)
from .search import (
    Building, Hit, HitConversation, Match, MessageHit, Placed, Rank, Total,
)
from .settings import (
    Agent, AgentStatus, Approval, Availability, Channel, ChannelKind, CloseGroup, DeleteGroup, EraseContact, Group,
    GroupStatus, ImportContacts, Job, JobKind, JobStatus, Right, Role, Template, UnreadUntil, Workspace,
)
from .up import (
    CommandFrame, Doing, Hello, Pong, QueryFrame, Refresh, Resume, SignalUp, Unwatch, Up, WatchFrame,
)
from .webhook import (
    StopReason, Webhook, WebhookCounts, WebhookDelivery, WebhookStanding, WebhookStatus, WebhookStopped,
)

__all__ = [
    "Action", "ActionKind", "Actor", "Address", "AddressKind", "Agent", "AgentAvailabilityChanged", "AgentChange",
    "AgentChanged", "AgentCreate", "AgentCreated", "AgentDeactivate", "AgentDeactivated", "AgentId", "AgentInvite",
    "AgentSetAvailability", "AgentStatus", "Approval", "ApprovalPlan", "AssignedItem", "AssigneeCounters",
    "AssigneeFilter", "Attachment", "AttachmentId", "AttachmentKind", "AttachmentMissing", "AttachmentState",
    "AttachmentStored", "Availability", "Building", "ByAgent", "ByContact", "ByProvider", "BySystem", "COMMANDS",
    "Card", "CardDraft", "Carriage", "Change", "Channel", "ChannelChange", "ChannelChanged", "ChannelCreate",
    "ChannelCreated", "ChannelId", "ChannelKind", "Checkpoint", "CloseGroup", "ClosedItem", "Codec", "Command",
    "CommandFrame", "CommandId", "Consent", "ConsentChange", "ConsentChanged", "ConsentEntry", "ConsentItem",
    "ConsentList", "ConsentPage", "Contact", "ContactAnswer", "ContactCard", "ContactErase", "ContactErased",
    "ContactGet", "ContactId", "ContactMerge", "ContactMerged", "ContactRef", "ContactSave", "ContactSaved",
    "ContactUnmerge", "ContactUnmerged", "ConversationAssign", "ConversationAssigned", "ConversationClaim",
    "ConversationClose", "ConversationClosed", "ConversationEntered", "ConversationErased", "ConversationId",
    "ConversationLeft", "ConversationMarkRead", "ConversationMarkUnread", "ConversationMarkedUnread",
    "ConversationMove", "ConversationMoved", "ConversationNamed", "ConversationNext", "ConversationRead",
    "ConversationRelease", "ConversationReopen", "ConversationReopened", "ConversationRows", "ConversationStart",
    "ConversationStarted", "ConversationTimeline", "CostlyCharacter", "CountersAnswer", "CountersFrame",
    "CountersGet", "Country", "Cursor", "DeleteGroup", "DeliveriesAnswer", "Delivery", "Direction", "Doing", "Done",
    "Down", "EVENTS", "Epoch", "EraseContact", "ErasedItem", "ErrorBody", "Event", "EventData", "Expected",
    "FRAME_BYTES_MAX", "Fact", "Failure", "FieldPlan", "FileDraft", "FoundConversations", "FoundMessages",
    "FrameError", "Goodbye", "Group", "GroupArchive", "GroupArchived", "GroupClose", "GroupCounters", "GroupCreate",
    "GroupCreated", "GroupDelete", "GroupDeleted", "GroupEmptying", "GroupId", "GroupRename", "GroupRenamed",
    "GroupStatus", "Header", "Health", "Hello", "Hit", "HitConversation", "ImportContacts", "Item", "Job",
    "JobAdvanced", "JobAnswer", "JobDone", "JobGet", "JobId", "JobKind", "JobRewriting", "JobStarted",
    "JobStatus", "LastFailure", "LastLine",
    "Limits", "Line", "Link", "LinkOpened", "LinkOpenedItem", "LinkRevoke", "LinkRevoked", "LinkRevokedItem",
    "Location", "MarkedUnreadItem", "Match", "Message", "MessageCancel", "MessageCancelled",
    "MessageDeliveryChanged", "MessageHit", "MessageId", "MessageItem", "MessagePlanChanged", "MessagePlanned",
    "MessageQueued", "MessageReceived", "MessageRelease", "MessageReschedule", "MessageRetry", "MessageSend",
    "MovedItem", "Note", "NoteAdd", "NoteAdded", "NoteId", "NoteItem", "OfAgent", "Order", "PREFIXES", "Ping",
    "Placed", "PlanLimits", "Pong", "Presence", "PresentSignal", "ProviderStatus", "QUERIES", "Query", "QueryFrame",
    "QueuePage", "Range", "Rank", "Reaction", "Refresh", "ReopenCause", "ReopenedItem", "Reply", "Reset",
    "ResetReason", "Resume", "Right", "Role", "Row", "RowsAnswer", "RowsPage", "SearchConversations",
    "SearchMessages", "SendPlan", "SendPlanned", "Seq", "ServerStatus", "Signal", "SignalUp", "SmsPlan", "Snapshot",
    "StartedItem", "Status", "StatusGet", "StopReason", "Template", "TemplateAnswer", "TemplateDelete",
    "TemplateDeleted", "TemplateGet", "TemplateId", "TemplateList", "TemplatePlan", "TemplateRef", "TemplateSave",
    "TemplateSaved", "TemplateTry", "TemplateUse", "TemplatesAnswer", "Time", "TimelinePage", "TokenCreate",
    "TokenId", "TokenRevoke", "Total", "UnknownEvent", "UnknownFrame", "UnreadUntil", "Unwatch", "Up", "View",
    "WatchFrame", "Webhook", "WebhookCounts", "WebhookDelete", "WebhookDeleted", "WebhookDeliveries",
    "WebhookDelivery", "WebhookDisabled", "WebhookId", "WebhookList", "WebhookReplay", "WebhookReplayed",
    "WebhookRotate", "WebhookSave", "WebhookSaved", "WebhookStanding", "WebhookStatus", "WebhookStopped",
    "WebhooksAnswer", "Welcome", "WindowPlan", "Workspace", "WorkspaceAnswer", "WorkspaceChange",
    "WorkspaceChanged", "WorkspaceCreate", "WorkspaceGet", "WorkspaceId", "read_document", "read_down",
    "subprotocol", "write_frame",
]
