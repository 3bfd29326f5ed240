// The commands about conversations, messages and notes, by name (PROTOCOL.md, section 8). It sends none of them.

package wire

// TemplateUse is a template with the values of its fields. Digest is that of the plan that was shown.
type TemplateUse struct {
	TemplateID TemplateID        `wire:"template_id"`
	Values     map[string]string `wire:"values,optional"`
	Digest     string            `wire:"digest"`
}

// ConversationStart begins the thread of a channel and an address, or answers the existing one.
type ConversationStart struct {
	ChannelID ChannelID `wire:"channel_id"`
	// Address: a number in any writing, or an id of another kind.
	Address Address `wire:"address"`
	// GroupID: the default group without.
	GroupID GroupID `wire:"group_id,optional"`
}

// ConversationMove moves a conversation to another group.
type ConversationMove struct {
	ConversationID ConversationID `wire:"conversation_id"`
	GroupID        GroupID        `wire:"group_id"`
	// ExpectedGroup: where the author saw it.
	ExpectedGroup GroupID `wire:"expected_group,optional"`
}

// ConversationClose closes a conversation.
type ConversationClose struct {
	ConversationID ConversationID `wire:"conversation_id"`
}

// ConversationReopen opens a closed conversation.
type ConversationReopen struct {
	ConversationID ConversationID `wire:"conversation_id"`
}

// ConversationAssign gives a conversation to somebody.
type ConversationAssign struct {
	ConversationID ConversationID `wire:"conversation_id"`
	// AgentID: nobody when empty.
	AgentID AgentID `wire:"agent_id,optional"`
}

// ConversationClaim takes a conversation that nobody has.
type ConversationClaim struct {
	ConversationID ConversationID `wire:"conversation_id"`
}

// ConversationRelease gives one's own conversation back.
type ConversationRelease struct {
	ConversationID ConversationID `wire:"conversation_id"`
}

// ConversationNext takes the longest-waiting conversation that nobody has.
type ConversationNext struct {
	// GroupID: only from this group.
	GroupID GroupID `wire:"group_id,optional"`
}

// ConversationMarkRead says how far the agent has read.
type ConversationMarkRead struct {
	ConversationID ConversationID `wire:"conversation_id"`
	// UpTo: the last seq on screen.
	UpTo Seq `wire:"up_to"`
}

// ConversationMarkUnread puts the unread mark.
type ConversationMarkUnread struct {
	ConversationID ConversationID `wire:"conversation_id"`
}

// MessageSend sends a message with at least one of text, file, template and card.
type MessageSend struct {
	ConversationID ConversationID `wire:"conversation_id"`
	Text           *string        `wire:"text,optional"`
	AttachmentID   AttachmentID   `wire:"attachment_id,optional"`
	// Template: it excludes text.
	Template *TemplateUse `wire:"template,optional"`
	// Card: it excludes text and file.
	Card *CardDraft `wire:"card,optional"`
	// SendAt: schedules: 1 minute to 365 days ahead.
	SendAt Time `wire:"send_at,optional"`
}

// MessageRetry tries a failed message again.
type MessageRetry struct {
	MessageID MessageID `wire:"message_id"`
}

// MessageCancel takes back what is planned or queued.
type MessageCancel struct {
	MessageID MessageID `wire:"message_id"`
}

// MessageRelease lets a planned message go now.
type MessageRelease struct {
	MessageID MessageID `wire:"message_id"`
}

// MessageReschedule moves a planned message.
type MessageReschedule struct {
	MessageID MessageID `wire:"message_id"`
	SendAt    Time      `wire:"send_at"`
}

// LinkRevoke ends the link of a message.
type LinkRevoke struct {
	MessageID MessageID `wire:"message_id"`
}

// NoteAdd writes a note for colleagues.
type NoteAdd struct {
	ConversationID ConversationID `wire:"conversation_id"`
	Text           string         `wire:"text"`
	// Mentions: at most 50.
	Mentions []AgentID `wire:"mentions,optional"`
}

// ConsentChange records a word about consent.
type ConsentChange struct {
	ConversationID ConversationID `wire:"conversation_id"`
	Consent        Consent        `wire:"consent"`
}

func (ConversationStart) command()      {}
func (ConversationMove) command()       {}
func (ConversationClose) command()      {}
func (ConversationReopen) command()     {}
func (ConversationAssign) command()     {}
func (ConversationClaim) command()      {}
func (ConversationRelease) command()    {}
func (ConversationNext) command()       {}
func (ConversationMarkRead) command()   {}
func (ConversationMarkUnread) command() {}
func (MessageSend) command()            {}
func (MessageRetry) command()           {}
func (MessageCancel) command()          {}
func (MessageRelease) command()         {}
func (MessageReschedule) command()      {}
func (LinkRevoke) command()             {}
func (NoteAdd) command()                {}
func (ConsentChange) command()          {}
