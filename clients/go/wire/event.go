// What an event is, and the name of each (PROTOCOL.md, section 10). It folds none.

package wire

// EventData is what happened; its variants are the types of this package that are named after the events, and
// [UnknownEvent].
type EventData interface{ eventData() }

// UnknownEvent is one of a newer server. Its seq counts; nothing folds it.
type UnknownEvent struct {
	Name string
	Data Value
}

func (UnknownEvent) eventData() {}

// Event is something that happened and is on stable storage.
type Event struct {
	// Seq is its place in the log.
	Seq Seq `wire:"seq"`
	// At is when it was recorded; never used for order.
	At Time `wire:"at"`
	// Actor is who did it.
	Actor Actor `wire:"actor"`
	// CommandID is the client's command that led to it.
	CommandID CommandID `wire:"command_id,optional"`
	// Data says what it was, told apart by its type.
	Data EventData `wire:"data,named"`
}

// Name is the event's name on the wire, as `message.received`.
func (e Event) Name() string {
	if unknown, is := e.Data.(UnknownEvent); is {
		return unknown.Name
	}
	return events.nameOf(e.Data)
}

var events = adjacent[EventData](map[string]EventData{
	"conversation.started":       ConversationStarted{},
	"conversation.named":         ConversationNamed{},
	"conversation.moved":         ConversationMoved{},
	"conversation.entered":       ConversationEntered{},
	"conversation.left":          ConversationLeft{},
	"conversation.closed":        ConversationClosed{},
	"conversation.reopened":      ConversationReopened{},
	"conversation.assigned":      ConversationAssigned{},
	"conversation.read":          ConversationRead{},
	"conversation.marked_unread": ConversationMarkedUnread{},
	"conversation.erased":        ConversationErased{},
	"consent.changed":            ConsentChanged{},
	"message.received":           MessageReceived{},
	"message.queued":             MessageQueued{},
	"message.delivery_changed":   MessageDeliveryChanged{},
	"message.planned":            MessagePlanned{},
	"message.plan_changed":       MessagePlanChanged{},
	"message.cancelled":          MessageCancelled{},
	"attachment.stored":          AttachmentStored{},
	"attachment.missing":         AttachmentMissing{},
	"link.opened":                LinkOpened{},
	"link.revoked":               LinkRevoked{},
	"note.added":                 NoteAdded{},
	"contact.saved":              ContactSaved{},
	"contact.merged":             ContactMerged{},
	"contact.unmerged":           ContactUnmerged{},
	"contact.erased":             ContactErased{},
	"group.created":              GroupCreated{},
	"group.renamed":              GroupRenamed{},
	"group.archived":             GroupArchived{},
	"group.emptying":             GroupEmptying{},
	"group.deleted":              GroupDeleted{},
	"agent.created":              AgentCreated{},
	"agent.changed":              AgentChanged{},
	"agent.deactivated":          AgentDeactivated{},
	"agent.availability_changed": AgentAvailabilityChanged{},
	"channel.created":            ChannelCreated{},
	"channel.changed":            ChannelChanged{},
	"template.saved":             TemplateSaved{},
	"template.deleted":           TemplateDeleted{},
	"workspace.changed":          WorkspaceChanged{},
	"webhook.saved":              WebhookSaved{},
	"webhook.deleted":            WebhookDeleted{},
	"webhook.disabled":           WebhookDisabled{},
	"webhook.replayed":           WebhookReplayed{},
	"job.started":                JobStarted{},
	"job.advanced":               JobAdvanced{},
	"job.rewriting":              JobRewriting{},
	"job.done":                   JobDone{},
})

func init() {
	events.unknown = func(name string, data Value) any { return UnknownEvent{Name: name, Data: data} }
}
