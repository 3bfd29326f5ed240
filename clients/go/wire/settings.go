// What a workspace consists of beside its conversations (PROTOCOL.md, section 11). It holds no right.

package wire

// UnreadUntil is what takes the unread mark away.
type UnreadUntil string

// What can take the mark away.
const (
	UnreadUntilOpened   UnreadUntil = "opened"
	UnreadUntilAnswered UnreadUntil = "answered"
)

// Workspace is a workspace's settings.
type Workspace struct {
	WorkspaceID WorkspaceID `wire:"workspace_id"`
	Name        string      `wire:"name"`
	// Country is that of numbers typed without a calling code.
	Country      Country     `wire:"country"`
	UnreadUntil  UnreadUntil `wire:"unread_until"`
	DefaultGroup GroupID     `wire:"default_group"`
	// HoldMS is how long a message is held back so that it can be undone, in milliseconds.
	HoldMS int64 `wire:"hold_ms"`
	// LinkDays is how long links to files work.
	LinkDays int64 `wire:"link_days"`
	Seq      Seq   `wire:"seq"`
}

// Role is what somebody may do.
type Role string

// The roles.
const (
	RoleAdmin         Role = "admin"
	RoleSupervisor    Role = "supervisor"
	RoleAgent         Role = "agent"
	RoleTemplateAgent Role = "template_agent"
	RoleIntegration   Role = "integration"
)

// Right is what an integration may do beside working the queue.
type Right string

// The rights of an integration.
const (
	RightLog      Right = "log"
	RightAgents   Right = "agents"
	RightSettings Right = "settings"
	RightInbound  Right = "inbound"
)

// Availability is whether an agent takes conversations now.
type Availability string

// The two availabilities.
const (
	Online Availability = "online"
	Away   Availability = "away"
)

// AgentStatus is whether an agent can come in.
type AgentStatus string

// The states of an agent.
const (
	AgentStatusActive      AgentStatus = "active"
	AgentStatusDeactivated AgentStatus = "deactivated"
)

// Agent is a person or a program that works the queue.
type Agent struct {
	AgentID AgentID `wire:"agent_id"`
	Name    string  `wire:"name"`
	Role    Role    `wire:"role"`
	// Groups is nil for all; an empty list means none.
	Groups       []GroupID    `wire:"groups,optional"`
	Status       AgentStatus  `wire:"status"`
	Availability Availability `wire:"availability"`
	Seq          Seq          `wire:"seq"`
}

// ChannelKind is over what a channel sends.
type ChannelKind string

// The kinds of channels.
const (
	ChannelSMS      ChannelKind = "sms"
	ChannelRCS      ChannelKind = "rcs"
	ChannelWhatsApp ChannelKind = "whatsapp"
)

// Channel is one own sender.
type Channel struct {
	ChannelID ChannelID   `wire:"channel_id"`
	Kind      ChannelKind `wire:"kind"`
	Name      string      `wire:"name"`
	Address   Address     `wire:"address"`
	Provider  *string     `wire:"provider,optional"`
	// ApprovedCountries is where it may send to; nil: everywhere.
	ApprovedCountries []Country `wire:"approved_countries,optional"`
	Seq               Seq       `wire:"seq"`
}

// GroupStatus is whether a group takes conversations.
type GroupStatus string

// The states of a group.
const (
	GroupStatusActive GroupStatus = "active"
	// GroupStatusArchived takes no new conversations.
	GroupStatusArchived GroupStatus = "archived"
	// GroupStatusEmptying is being deleted.
	GroupStatusEmptying GroupStatus = "emptying"
)

// Group is a named set of conversations.
type Group struct {
	GroupID GroupID     `wire:"group_id"`
	Name    string      `wire:"name"`
	Status  GroupStatus `wire:"status"`
	Seq     Seq         `wire:"seq"`
}

// Approval is whether WhatsApp lets a template through.
type Approval string

// How far an approval can be.
const (
	ApprovalNone     Approval = "none"
	ApprovalPending  Approval = "pending"
	ApprovalApproved Approval = "approved"
	ApprovalRejected Approval = "rejected"
	ApprovalPaused   Approval = "paused"
)

// TemplateStatus is whether a template can be used.
type TemplateStatus string

// The states of a template.
const (
	TemplateStatusActive  TemplateStatus = "active"
	TemplateStatusDeleted TemplateStatus = "deleted"
)

// Template is a text with fields, `{{name}}`.
type Template struct {
	TemplateID TemplateID `wire:"template_id"`
	Name       string     `wire:"name"`
	// Language is fr, en, …
	Language string   `wire:"language"`
	Body     string   `wire:"body"`
	Header   *string  `wire:"header,optional"`
	Footer   *string  `wire:"footer,optional"`
	Buttons  []Action `wire:"buttons"`
	// Fields is the names of its fields, in order.
	Fields       []string       `wire:"fields"`
	Approval     Approval       `wire:"approval"`
	ProviderName *string        `wire:"provider_name,optional"`
	Status       TemplateStatus `wire:"status"`
	Seq          Seq            `wire:"seq"`
}

// JobKind is what a job does: [DeleteGroupJob], [CloseGroupJob], [EraseContactJob], [ImportContactsJob] or [UnknownJob].
type JobKind interface{ jobKind() }

// DeleteGroupJob moves the conversations of a group, then deletes it.
type DeleteGroupJob struct {
	GroupID GroupID `wire:"group_id"`
	Target  GroupID `wire:"target"`
}

// CloseGroupJob closes the conversations of a group.
type CloseGroupJob struct {
	GroupID GroupID `wire:"group_id"`
}

// EraseContactJob erases a person.
type EraseContactJob struct {
	ContactID ContactID `wire:"contact_id"`
}

// ImportContactsJob saves the people of a file that was uploaded.
type ImportContactsJob struct {
	AttachmentID AttachmentID `wire:"attachment_id"`
}

// UnknownJob is one of a newer server.
type UnknownJob struct{ Value Value }

func (DeleteGroupJob) jobKind()    {}
func (CloseGroupJob) jobKind()     {}
func (EraseContactJob) jobKind()   {}
func (ImportContactsJob) jobKind() {}
func (UnknownJob) jobKind()        {}

// JobStatus is how far a job is.
type JobStatus string

// The states of a job.
const (
	JobStatusRunning JobStatus = "running"
	// JobStatusRewriting rewrites what is stored.
	JobStatusRewriting JobStatus = "rewriting"
	JobStatusDone      JobStatus = "done"
)

// Job is large work that shows its progress.
type Job struct {
	JobID  JobID     `wire:"job_id"`
	Kind   JobKind   `wire:"kind"`
	Status JobStatus `wire:"status"`
	// Done of Total conversations; of an import bytes of its file.
	Done  int64 `wire:"done"`
	Total int64 `wire:"total"`
	Seq   Seq   `wire:"seq"`
}
