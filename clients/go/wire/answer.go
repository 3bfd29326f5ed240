// What queries are answered (PROTOCOL.md, section 9). Seq says up to where an answer holds everything.

package wire

// RowsAnswer has the rows that were asked for.
type RowsAnswer struct {
	// Rows are in the order asked; those the agent does not see are left out.
	Rows []Row `wire:"rows"`
	Seq  Seq   `wire:"seq"`
}

// Page is a page of a queue.
type Page struct {
	// Rows are in the view's order.
	Rows []Row `wire:"rows"`
	// Next is how to ask for the page after; nil at the end.
	Next *string `wire:"next,optional"`
	Seq  Seq     `wire:"seq"`
}

// TimelinePage is a page of a timeline.
type TimelinePage struct {
	// Items are in their order, the newest last.
	Items []Line `wire:"items"`
	// Earlier is whether there are lines before them.
	Earlier bool `wire:"earlier"`
	// Pending is what is scheduled or held, only with the newest page.
	Pending []Message `wire:"pending,optional"`
	Seq     Seq       `wire:"seq"`
}

// ContactAnswer has a contact.
type ContactAnswer struct {
	Contact Contact `wire:"contact"`
}

// JobAnswer has a job.
type JobAnswer struct {
	Job Job `wire:"job"`
}

// CountersAnswer has the counters of every visible group.
type CountersAnswer struct {
	Counters []Counters `wire:"counters"`
}

// WorkspaceAnswer has the settings, the visible groups and all agents.
type WorkspaceAnswer struct {
	Workspace Workspace `wire:"workspace"`
	Groups    []Group   `wire:"groups"`
	Agents    []Agent   `wire:"agents"`
}

// ConversationsFound is a page of hits.
type ConversationsFound struct {
	Hits []Hit   `wire:"hits"`
	Next *string `wire:"next,optional"`
	// Total is there when it was asked for.
	Total    *Total    `wire:"total,optional"`
	Building *Building `wire:"building,optional"`
	Seq      Seq       `wire:"seq"`
}

// MessagesFound is a page of messages that were found.
type MessagesFound struct {
	Hits     []MessageHit `wire:"hits"`
	Next     *string      `wire:"next,optional"`
	Total    *Total       `wire:"total,optional"`
	Building *Building    `wire:"building,optional"`
	Seq      Seq          `wire:"seq"`
}

// TemplatesAnswer has the templates that can be sent.
type TemplatesAnswer struct {
	Templates []Template `wire:"templates"`
	Seq       Seq        `wire:"seq"`
}

// TemplateAnswer has a template.
type TemplateAnswer struct {
	Template Template `wire:"template"`
}

// ConsentEntry is somebody who said stop or start.
type ConsentEntry struct {
	ConversationID ConversationID `wire:"conversation_id"`
	ChannelID      ChannelID      `wire:"channel_id"`
	// Address is nil once erased.
	Address *Address `wire:"address"`
	Consent Consent  `wire:"consent"`
	At      Time     `wire:"at"`
}

// ConsentPage is a page of who said stop or start.
type ConsentPage struct {
	Items []ConsentEntry `wire:"items"`
	Next  *string        `wire:"next,optional"`
	Seq   Seq            `wire:"seq"`
}

// Health is how well something works.
type Health string

// How well something can work.
const (
	HealthUp       Health = "up"
	HealthDegraded Health = "degraded"
	HealthDown     Health = "down"
)

// LastFailure is what a provider failed with last.
type LastFailure struct {
	Failure Failure `wire:"failure"`
	At      Time    `wire:"at"`
}

// ProviderStatus is how a provider of channels stands.
type ProviderStatus struct {
	Name   string `wire:"name"`
	Status Health `wire:"status"`
	// Waiting is messages in hand.
	Waiting     int64        `wire:"waiting"`
	PerSecond   int64        `wire:"per_second"`
	LastFailure *LastFailure `wire:"last_failure,optional"`
	// BackInMS is there while nothing is sent, in milliseconds.
	BackInMS *int64 `wire:"back_in_ms,optional"`
}

// ServerStatus is how the server is, as its status page says.
type ServerStatus struct {
	Status    Health           `wire:"status"`
	At        Time             `wire:"at"`
	Providers []ProviderStatus `wire:"providers"`
	// Webhooks is how many stand how; nil while there are none.
	Webhooks *WebhookCounts `wire:"webhooks,optional"`
}
