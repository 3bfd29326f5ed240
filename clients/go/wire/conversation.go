// Conversations as rows of a queue, and the views that choose and order them (PROTOCOL.md, section 11). It sorts and
// filters nothing.

package wire

// Status is whether a conversation waits for anything.
type Status string

// The two states of a conversation.
const (
	StatusOpen   Status = "open"
	StatusClosed Status = "closed"
)

// Header is what every event about a conversation carries: how it stands afterwards.
type Header struct {
	ConversationID ConversationID `wire:"conversation_id"`
	Status         Status         `wire:"status"`
	// Unread is the shared mark.
	Unread  bool    `wire:"unread"`
	GroupID GroupID `wire:"group_id"`
	// Assignee is who has it; empty: nobody.
	Assignee AgentID `wire:"assignee,optional"`
	// ActivitySeq is of the newest message, of the start before the first one: the order key of `activity`.
	ActivitySeq Seq  `wire:"activity_seq"`
	ActivityAt  Time `wire:"activity_at"`
	// WaitingSeq is of the message that waits for an answer: the order key of `waiting`. Zero: none does.
	WaitingSeq   Seq  `wire:"waiting_seq,optional"`
	WaitingSince Time `wire:"waiting_since,optional"`
	// Episode is how often it was opened.
	Episode int64 `wire:"episode"`
	// WindowUntil is until when free text may be sent over WhatsApp.
	WindowUntil Time `wire:"window_until,optional"`
}

// LastLine is the newest message as a row shows it.
type LastLine struct {
	Seq       Seq       `wire:"seq"`
	At        Time      `wire:"at"`
	Direction Direction `wire:"direction"`
	// Text has at most 160 characters on one line; nil once erased.
	Text *string `wire:"text"`
}

// Row is a conversation as a queue shows it. A name to show is the contact's, or `~` and the profile name, or the
// address.
type Row struct {
	// Seq is of the event that last changed the conversation.
	Seq          Seq       `wire:"seq"`
	Conversation Header    `wire:"conversation"`
	ChannelID    ChannelID `wire:"channel_id"`
	// Address is nil once erased.
	Address *Address `wire:"address"`
	// ProfileName is what the other side calls itself.
	ProfileName *string `wire:"profile_name,optional"`
	// Contact is the one that has the row's address.
	Contact  *ContactRef `wire:"contact,optional"`
	OptedOut bool        `wire:"opted_out"`
	Last     *LastLine   `wire:"last,optional"`
}

// Order is how a view is sorted.
type Order string

// The orders of a view.
const (
	// OrderActivity is newest first.
	OrderActivity Order = "activity"
	// OrderWaiting is longest-waiting first, and only rows that wait.
	OrderWaiting Order = "waiting"
)

// AssigneeFilter is whose conversations: [Mine], [Nobodys] or [Theirs].
type AssigneeFilter interface{ assigneeFilter() }

// Mine is what this agent has.
type Mine struct{}

// Nobodys is what nobody has.
type Nobodys struct{}

// Theirs is what one agent has.
type Theirs struct {
	Agent AgentID `wire:"agent"`
}

func (Mine) assigneeFilter()    {}
func (Nobodys) assigneeFilter() {}
func (Theirs) assigneeFilter()  {}

// View is which conversations, in which order. All that is given must hold; the zero value takes all.
type View struct {
	Status    Status         `wire:"status,optional"`
	GroupID   GroupID        `wire:"group_id,optional"`
	Assignee  AssigneeFilter `wire:"assignee,optional"`
	Unread    *bool          `wire:"unread,optional"`
	ChannelID ChannelID      `wire:"channel_id,optional"`
	// Order is [OrderActivity] when empty.
	Order Order `wire:"order,optional"`
}

// AssigneeCounters is the open conversations of one agent, and those of them with the unread mark.
type AssigneeCounters struct {
	AgentID AgentID `wire:"agent_id"`
	Open    int64   `wire:"open"`
	Unread  int64   `wire:"unread"`
}

// Counters is one group's counters as of Seq.
type Counters struct {
	Seq     Seq     `wire:"seq"`
	GroupID GroupID `wire:"group_id"`
	Open    int64   `wire:"open"`
	Closed  int64   `wire:"closed"`
	// Unread is with the unread mark, open or closed.
	Unread int64 `wire:"unread"`
	// Unassigned is open ones that nobody has.
	Unassigned int64              `wire:"unassigned"`
	Assignees  []AssigneeCounters `wire:"assignees"`
	// Complete is whether agents who are not in Assignees have nothing.
	Complete bool `wire:"complete,optional"`
}
