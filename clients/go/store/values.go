// What a store gives to be shown: queues, timelines, cards, counters and the rest, as values. They are read only.

package store

import "github.com/parloir/parloir/clients/go/wire"

// Loading is how far the first page of something is.
type Loading uint8

// How far it can be.
const (
	Awaited Loading = iota
	Ready
	// Refused: the server does not give it, for example because the conversation is not visible.
	Refused
)

// Load is how far something is; Error says why it was refused.
type Load struct {
	Loading Loading
	Error   *wire.ErrorBody
}

// Queue is a queue as a list shows it.
type Queue struct {
	View wire.View
	Load Load
	// Rows are in the view's order; a row is the same pointer until it changes.
	Rows []*wire.Row
	// Whole is whether Rows is all of the view.
	Whole bool
	// Extending is whether a further page is on its way.
	Extending bool
}

// Thread is a conversation's timeline as a screen shows it.
type Thread struct {
	Load Load
	// Lines are in their order, the newest last.
	Lines []wire.Line
	// Pending is planned messages by due_at; those that wait for a decision last.
	Pending []wire.Message
	// Earlier is whether there are lines before the first.
	Earlier bool
	// Extending is whether earlier lines are on their way.
	Extending bool
	// Expected is what to hand to a command that must not cross somebody else's message: this is what is on screen.
	Expected *wire.Expected
}

// Contact is a contact's card; nil until it is known.
type Contact struct {
	ContactID wire.ContactID
	Load      Load
	Contact   *wire.Contact
}

// Totals is all visible groups added up, or a part of them.
type Totals struct {
	Open, Closed int64
	// Unread is with the unread mark.
	Unread int64
	// Unassigned is open ones that nobody has.
	Unassigned int64
}

// AgentTotals is the open conversations of an agent, and those of them with the unread mark.
type AgentTotals struct{ Open, Unread int64 }

// Counters is counters as the server counts them.
type Counters struct {
	All     Totals
	ByGroup map[wire.GroupID]Totals
	// ByAgent is over all visible groups.
	ByAgent map[wire.AgentID]AgentTotals
}

// Directory is what a workspace consists of beside its conversations.
type Directory struct {
	// Workspace and Me, who this client is, are nil before the first welcome.
	Workspace *wire.Workspace
	Me        *wire.Agent
	// Groups are those this agent sees.
	Groups   map[wire.GroupID]wire.Group
	Agents   map[wire.AgentID]wire.Agent
	Channels map[wire.ChannelID]wire.Channel
	// Templates are active ones.
	Templates map[wire.TemplateID]wire.Template
}

// Present is what a colleague does in a conversation.
type Present struct {
	AgentID wire.AgentID
	Doing   wire.Presence
}
