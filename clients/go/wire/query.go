// The queries, by name (PROTOCOL.md, section 9). It asks none of them.

package wire

// Query is something to be read; its variants are the types of this package that are named after the queries.
type Query interface{ query() }

// Asks is a query that is answered with an A.
type Asks[A any] interface {
	Query
	answer(A)
}

// QueuePage asks for a page of a queue.
type QueuePage struct {
	View View `wire:"view"`
	// Limit is 1 to page_rows_max; page_rows when nil.
	Limit *int64 `wire:"limit,optional"`
	// After is Next of the page before, of the same view.
	After *string `wire:"after,optional"`
}

// ConversationRows asks for rows by their ids; those the agent does not see are left out.
type ConversationRows struct {
	IDs []ConversationID `wire:"ids"`
}

// ConversationTimeline asks for a page of a timeline: the newest one, or the one before a seq.
type ConversationTimeline struct {
	ConversationID ConversationID `wire:"conversation_id"`
	Before         Seq            `wire:"before,optional"`
	Limit          *int64         `wire:"limit,optional"`
}

// ContactGet asks for a contact.
type ContactGet struct {
	ContactID ContactID `wire:"contact_id"`
}

// SendPlan asks what a send would do, in a conversation or to an address of a channel.
type SendPlan struct {
	ConversationID ConversationID `wire:"conversation_id,optional"`
	ChannelID      ChannelID      `wire:"channel_id,optional"`
	Address        *Address       `wire:"address,optional"`
	Text           *string        `wire:"text,optional"`
	AttachmentID   AttachmentID   `wire:"attachment_id,optional"`
	// File is one that is not uploaded yet.
	File     *PlannedFile   `wire:"file,optional"`
	Template *TemplateDraft `wire:"template,optional"`
	Card     *CardDraft     `wire:"card,optional"`
	SendAt   Time           `wire:"send_at,optional"`
}

// TemplateDraft is a template with the values of its fields, before its plan was shown.
type TemplateDraft struct {
	TemplateID TemplateID        `wire:"template_id"`
	Values     map[string]string `wire:"values,optional"`
}

// PlannedFile is a file that is not uploaded yet.
type PlannedFile struct {
	Name      string `wire:"name"`
	Bytes     int64  `wire:"bytes"`
	MediaType string `wire:"media_type"`
}

// TemplateList asks for the templates that can be sent.
type TemplateList struct{}

// TemplateGet asks for a template.
type TemplateGet struct {
	TemplateID TemplateID `wire:"template_id"`
}

// ConsentList asks for a page of who said stop or start, newest first.
type ConsentList struct {
	Limit *int64  `wire:"limit,optional"`
	After *string `wire:"after,optional"`
}

// StatusGet asks how the server is.
type StatusGet struct{}

// JobGet asks for a job.
type JobGet struct {
	JobID JobID `wire:"job_id"`
}

// CountersGet asks for the counters of every visible group.
type CountersGet struct{}

// WorkspaceGet asks for the settings, the groups and the agents.
type WorkspaceGet struct{}

// SearchConversations finds conversations, and contacts that have none. It can be watched.
type SearchConversations struct {
	Text string `wire:"text"`
	// Limit is 1 to page_rows_max; page_rows when nil.
	Limit *int64 `wire:"limit,optional"`
	// After is Next of the page before, of the same search.
	After *string `wire:"after,optional"`
	// Count asks for Total.
	Count *bool `wire:"count,optional"`
}

// SearchMessages finds texts of messages.
type SearchMessages struct {
	Text string `wire:"text"`
	// ConversationID: only there.
	ConversationID ConversationID `wire:"conversation_id,optional"`
	Limit          *int64         `wire:"limit,optional"`
	After          *string        `wire:"after,optional"`
	Count          *bool          `wire:"count,optional"`
}

func (QueuePage) query()            {}
func (ConversationRows) query()     {}
func (ConversationTimeline) query() {}
func (ContactGet) query()           {}
func (SendPlan) query()             {}
func (TemplateList) query()         {}
func (TemplateGet) query()          {}
func (ConsentList) query()          {}
func (StatusGet) query()            {}
func (JobGet) query()               {}
func (CountersGet) query()          {}
func (WorkspaceGet) query()         {}
func (SearchConversations) query()  {}
func (SearchMessages) query()       {}

func (QueuePage) answer(Page)                         {}
func (ConversationRows) answer(RowsAnswer)            {}
func (ConversationTimeline) answer(TimelinePage)      {}
func (ContactGet) answer(ContactAnswer)               {}
func (SendPlan) answer(Plan)                          {}
func (TemplateList) answer(TemplatesAnswer)           {}
func (TemplateGet) answer(TemplateAnswer)             {}
func (ConsentList) answer(ConsentPage)                {}
func (StatusGet) answer(ServerStatus)                 {}
func (JobGet) answer(JobAnswer)                       {}
func (CountersGet) answer(CountersAnswer)             {}
func (WorkspaceGet) answer(WorkspaceAnswer)           {}
func (SearchConversations) answer(ConversationsFound) {}
func (SearchMessages) answer(MessagesFound)           {}

var queries = adjacent[Query](map[string]Query{
	"queue.page":            QueuePage{},
	"conversation.rows":     ConversationRows{},
	"conversation.timeline": ConversationTimeline{},
	"contact.get":           ContactGet{},
	"send.plan":             SendPlan{},
	"template.list":         TemplateList{},
	"template.get":          TemplateGet{},
	"consent.list":          ConsentList{},
	"status.get":            StatusGet{},
	"job.get":               JobGet{},
	"counters.get":          CountersGet{},
	"workspace.get":         WorkspaceGet{},
	"search.conversations":  SearchConversations{},
	"search.messages":       SearchMessages{},
	"webhook.list":          WebhookList{},
	"webhook.deliveries":    WebhookDeliveries{},
})
