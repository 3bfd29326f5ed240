// The events about contacts, groups, agents, channels, templates, workspaces and jobs, by name (PROTOCOL.md, section
// 10). It folds nothing.

package wire

// ContactSaved: a contact is this now; whoever else had one of its addresses has lost it.
type ContactSaved struct {
	Contact Contact `wire:"contact"`
}

// ContactMerged: two contacts are one.
type ContactMerged struct {
	Survivor Contact   `wire:"survivor"`
	Merged   ContactID `wire:"merged"`
}

// ContactUnmerged: they are two again; a contact.saved of each follows.
type ContactUnmerged struct {
	Survivor ContactID `wire:"survivor"`
	Restored ContactID `wire:"restored"`
}

// ContactErased: a person was erased.
type ContactErased struct {
	ContactID ContactID `wire:"contact_id"`
}

// GroupCreated: there is a new group.
type GroupCreated struct {
	Group Group `wire:"group"`
}

// GroupRenamed: a group is called otherwise.
type GroupRenamed struct {
	GroupID GroupID `wire:"group_id"`
	Name    string  `wire:"name"`
}

// GroupArchived: a group takes no new conversations.
type GroupArchived struct {
	GroupID GroupID `wire:"group_id"`
}

// GroupEmptying: a group will be deleted.
type GroupEmptying struct {
	GroupID GroupID `wire:"group_id"`
	Target  GroupID `wire:"target"`
}

// GroupDeleted: a group is gone.
type GroupDeleted struct {
	GroupID GroupID `wire:"group_id"`
}

// AgentCreated: there is a new agent.
type AgentCreated struct {
	Agent Agent `wire:"agent"`
}

// AgentChanged: an agent is this now.
type AgentChanged struct {
	AgentID AgentID `wire:"agent_id"`
	Name    string  `wire:"name"`
	Role    Role    `wire:"role"`
	// Groups: nil: it sees all.
	Groups []GroupID `wire:"groups,optional"`
}

// AgentDeactivated: an agent cannot come in any more.
type AgentDeactivated struct {
	AgentID AgentID `wire:"agent_id"`
}

// AgentAvailabilityChanged: an agent is online or away.
type AgentAvailabilityChanged struct {
	AgentID      AgentID      `wire:"agent_id"`
	Availability Availability `wire:"availability"`
}

// ChannelCreated: there is a new channel.
type ChannelCreated struct {
	Channel Channel `wire:"channel"`
}

// ChannelChanged: a channel is this now.
type ChannelChanged struct {
	ChannelID ChannelID `wire:"channel_id"`
	Name      string    `wire:"name"`
	// ApprovedCountries: nil: all are approved.
	ApprovedCountries []Country `wire:"approved_countries,optional"`
}

// TemplateSaved: a template is this now.
type TemplateSaved struct {
	Template Template `wire:"template"`
}

// TemplateDeleted: a template is gone.
type TemplateDeleted struct {
	TemplateID TemplateID `wire:"template_id"`
}

// WorkspaceChanged: the settings are these now.
type WorkspaceChanged struct {
	Name        string      `wire:"name"`
	Country     Country     `wire:"country"`
	UnreadUntil UnreadUntil `wire:"unread_until"`
	HoldMS      *int64      `wire:"hold_ms,optional"`
	LinkDays    *int64      `wire:"link_days,optional"`
}

// JobStarted: large work began.
type JobStarted struct {
	Job Job `wire:"job"`
}

// JobAdvanced: large work got on.
type JobAdvanced struct {
	JobID JobID `wire:"job_id"`
	Done  int64 `wire:"done"`
}

// JobRewriting: what is stored is being rewritten.
type JobRewriting struct {
	JobID JobID `wire:"job_id"`
}

// JobDone: large work is done.
type JobDone struct {
	JobID JobID `wire:"job_id"`
}

func (ContactSaved) eventData()             {}
func (ContactMerged) eventData()            {}
func (ContactUnmerged) eventData()          {}
func (ContactErased) eventData()            {}
func (GroupCreated) eventData()             {}
func (GroupRenamed) eventData()             {}
func (GroupArchived) eventData()            {}
func (GroupEmptying) eventData()            {}
func (GroupDeleted) eventData()             {}
func (AgentCreated) eventData()             {}
func (AgentChanged) eventData()             {}
func (AgentDeactivated) eventData()         {}
func (AgentAvailabilityChanged) eventData() {}
func (ChannelCreated) eventData()           {}
func (ChannelChanged) eventData()           {}
func (TemplateSaved) eventData()            {}
func (TemplateDeleted) eventData()          {}
func (WorkspaceChanged) eventData()         {}
func (JobStarted) eventData()               {}
func (JobAdvanced) eventData()              {}
func (JobRewriting) eventData()             {}
func (JobDone) eventData()                  {}
