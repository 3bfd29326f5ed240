// The events about conversations, messages and notes, by name (PROTOCOL.md, section 10). A field called Conversation is
// the header as it is afterwards. It folds nothing.

package wire

// ConversationStarted: a thread began.
type ConversationStarted struct {
	Conversation Header    `wire:"conversation"`
	ChannelID    ChannelID `wire:"channel_id"`
	// Address: nil once erased.
	Address     *Address `wire:"address"`
	ProfileName *string  `wire:"profile_name,optional"`
}

// ConversationNamed: the other side calls itself otherwise.
type ConversationNamed struct {
	Conversation Header `wire:"conversation"`
	// ProfileName: nil once erased.
	ProfileName *string `wire:"profile_name"`
}

// ConversationMoved: it is in another group now.
type ConversationMoved struct {
	Conversation Header  `wire:"conversation"`
	From         GroupID `wire:"from"`
}

// ConversationEntered: it came into the agent's sight.
type ConversationEntered struct {
	// Row: the newest there is: its Seq may be higher than the event's.
	Row Row `wire:"row"`
}

// ConversationLeft: it left the agent's sight.
type ConversationLeft struct {
	ConversationID ConversationID `wire:"conversation_id"`
}

// ConversationClosed: it was closed.
type ConversationClosed struct {
	Conversation Header `wire:"conversation"`
}

// ConversationReopened: it was opened again.
type ConversationReopened struct {
	Conversation Header      `wire:"conversation"`
	Cause        ReopenCause `wire:"cause"`
}

// ConversationAssigned: it has another owner, or none.
type ConversationAssigned struct {
	Conversation Header  `wire:"conversation"`
	From         AgentID `wire:"from,optional"`
}

// ConversationRead: an agent read up to there; the mark may have gone.
type ConversationRead struct {
	Conversation Header  `wire:"conversation"`
	AgentID      AgentID `wire:"agent_id"`
	UpTo         Seq     `wire:"up_to"`
}

// ConversationMarkedUnread: somebody put the mark.
type ConversationMarkedUnread struct {
	Conversation Header `wire:"conversation"`
}

// ConversationErased: the person behind it was erased; it takes nothing new.
type ConversationErased struct {
	Conversation Header `wire:"conversation"`
}

// ConsentChanged: the other side said stop or start.
type ConsentChanged struct {
	ConversationID ConversationID `wire:"conversation_id"`
	ChannelID      ChannelID      `wire:"channel_id"`
	Consent        Consent        `wire:"consent"`
}

// MessageReceived: the other side wrote.
type MessageReceived struct {
	Conversation Header  `wire:"conversation"`
	Message      Message `wire:"message"`
}

// MessageQueued: an agent wrote.
type MessageQueued struct {
	Conversation Header  `wire:"conversation"`
	Message      Message `wire:"message"`
}

// MessageDeliveryChanged: a message got further, or failed.
type MessageDeliveryChanged struct {
	ConversationID ConversationID `wire:"conversation_id"`
	MessageID      MessageID      `wire:"message_id"`
	Attempt        int64          `wire:"attempt"`
	Delivery       Delivery       `wire:"delivery"`
	Failure        Failure        `wire:"failure,optional"`
	// LinkExpiresAt is until when the message's link works from now on, where a new attempt renews it.
	LinkExpiresAt Time `wire:"link_expires_at,optional"`
}

// MessagePlanned: an agent wrote what goes later.
type MessagePlanned struct {
	Conversation Header  `wire:"conversation"`
	Message      Message `wire:"message"`
}

// MessagePlanChanged: what goes later goes at another time.
type MessagePlanChanged struct {
	ConversationID ConversationID `wire:"conversation_id"`
	MessageID      MessageID      `wire:"message_id"`
	Delivery       Delivery       `wire:"delivery"`
	DueAt          Time           `wire:"due_at,optional"`
}

// MessageCancelled: a planned one is gone, a queued one stays as cancelled.
type MessageCancelled struct {
	ConversationID ConversationID `wire:"conversation_id"`
	MessageID      MessageID      `wire:"message_id"`
}

// AttachmentStored: a file that came in is here.
type AttachmentStored struct {
	ConversationID ConversationID `wire:"conversation_id"`
	MessageID      MessageID      `wire:"message_id"`
	// Attachment: without a name it keeps the one it had.
	Attachment Attachment `wire:"attachment"`
}

// AttachmentMissing: a file that came in could not be fetched.
type AttachmentMissing struct {
	ConversationID ConversationID `wire:"conversation_id"`
	MessageID      MessageID      `wire:"message_id"`
	AttachmentID   AttachmentID   `wire:"attachment_id"`
}

// LinkOpened: a message's link was opened once more.
type LinkOpened struct {
	ConversationID ConversationID `wire:"conversation_id"`
	MessageID      MessageID      `wire:"message_id"`
}

// LinkRevoked: a message's link does not work any more.
type LinkRevoked struct {
	ConversationID ConversationID `wire:"conversation_id"`
	MessageID      MessageID      `wire:"message_id"`
}

// NoteAdded: a colleague wrote a note.
type NoteAdded struct {
	Conversation Header `wire:"conversation"`
	Note         Note   `wire:"note"`
}

func (ConversationStarted) eventData()      {}
func (ConversationNamed) eventData()        {}
func (ConversationMoved) eventData()        {}
func (ConversationEntered) eventData()      {}
func (ConversationLeft) eventData()         {}
func (ConversationClosed) eventData()       {}
func (ConversationReopened) eventData()     {}
func (ConversationAssigned) eventData()     {}
func (ConversationRead) eventData()         {}
func (ConversationMarkedUnread) eventData() {}
func (ConversationErased) eventData()       {}
func (ConsentChanged) eventData()           {}
func (MessageReceived) eventData()          {}
func (MessageQueued) eventData()            {}
func (MessageDeliveryChanged) eventData()   {}
func (MessagePlanned) eventData()           {}
func (MessagePlanChanged) eventData()       {}
func (MessageCancelled) eventData()         {}
func (AttachmentStored) eventData()         {}
func (AttachmentMissing) eventData()        {}
func (LinkOpened) eventData()               {}
func (LinkRevoked) eventData()              {}
func (NoteAdded) eventData()                {}
