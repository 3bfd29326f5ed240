// The commands about contacts, groups, agents, channels, templates and workspaces, by name (PROTOCOL.md, section 8).
// It sends none of them.

package wire

// ContactSave makes or changes a contact; fields merge one by one.
type ContactSave struct {
	// ContactID: empty: the contact that has an added address, or a new one.
	ContactID  ContactID `wire:"contact_id,optional"`
	Name       *string   `wire:"name,optional"`
	AddTags    []string  `wire:"add_tags,optional"`
	RemoveTags []string  `wire:"remove_tags,optional"`
	// Properties: nil removes.
	Properties      map[string]*string `wire:"properties,optional"`
	AddAddresses    []Address          `wire:"add_addresses,optional"`
	RemoveAddresses []Address          `wire:"remove_addresses,optional"`
}

// ContactMerge makes one contact of two.
type ContactMerge struct {
	Survivor ContactID `wire:"survivor"`
	// SurvivorVersion: each contact's seq as the author saw it.
	SurvivorVersion Seq       `wire:"survivor_version"`
	Merged          ContactID `wire:"merged"`
	MergedVersion   Seq       `wire:"merged_version"`
}

// ContactUnmerge takes a merge back.
type ContactUnmerge struct {
	Survivor ContactID `wire:"survivor"`
	Merged   ContactID `wire:"merged"`
}

// ContactErase erases a person from everything stored.
type ContactErase struct {
	ContactID ContactID `wire:"contact_id"`
}

// GroupCreate makes a group.
type GroupCreate struct {
	Name string `wire:"name"`
}

// GroupRename renames a group.
type GroupRename struct {
	GroupID GroupID `wire:"group_id"`
	Name    string  `wire:"name"`
}

// GroupArchive takes a group out of use.
type GroupArchive struct {
	GroupID GroupID `wire:"group_id"`
}

// GroupDelete deletes a group; one with conversations needs a target.
type GroupDelete struct {
	GroupID GroupID `wire:"group_id"`
	Target  GroupID `wire:"target,optional"`
}

// GroupClose closes the conversations of a group.
type GroupClose struct {
	GroupID GroupID `wire:"group_id"`
}

// AgentCreate makes an agent.
type AgentCreate struct {
	Name string `wire:"name"`
	Role Role   `wire:"role"`
	// Groups: all when nil or empty.
	Groups []GroupID `wire:"groups,optional"`
	// Rights: an integration's.
	Rights []Right `wire:"rights,optional"`
}

// AgentChange changes an agent.
type AgentChange struct {
	AgentID AgentID `wire:"agent_id"`
	Name    *string `wire:"name,optional"`
	Role    Role    `wire:"role,optional"`
	// Groups: an empty list means all.
	Groups []GroupID `wire:"groups,optional"`
}

// AgentDeactivate shuts an agent out.
type AgentDeactivate struct {
	AgentID AgentID `wire:"agent_id"`
}

// AgentSetAvailability says whether one takes conversations oneself.
type AgentSetAvailability struct {
	Availability Availability `wire:"availability"`
}

// AgentInvite makes an invitation, which signs in once.
type AgentInvite struct {
	AgentID AgentID `wire:"agent_id"`
}

// TokenCreate makes a token; its secret is in the answer, once.
type TokenCreate struct {
	AgentID   AgentID `wire:"agent_id"`
	ExpiresAt Time    `wire:"expires_at,optional"`
}

// TokenRevoke ends a token.
type TokenRevoke struct {
	TokenID TokenID `wire:"token_id"`
}

// ChannelCreate makes a channel.
type ChannelCreate struct {
	Kind     ChannelKind `wire:"kind"`
	Name     string      `wire:"name"`
	Address  Address     `wire:"address"`
	Provider string      `wire:"provider"`
	// ApprovedCountries: all when nil or empty.
	ApprovedCountries []Country `wire:"approved_countries,optional"`
}

// ChannelChange changes a channel.
type ChannelChange struct {
	ChannelID ChannelID `wire:"channel_id"`
	Name      *string   `wire:"name,optional"`
	// ApprovedCountries: an empty list means all.
	ApprovedCountries []Country `wire:"approved_countries,optional"`
}

// TemplateSave makes or changes a template, given whole each time.
type TemplateSave struct {
	// TemplateID: a new one when empty.
	TemplateID   TemplateID `wire:"template_id,optional"`
	Name         string     `wire:"name"`
	Language     string     `wire:"language"`
	Body         string     `wire:"body"`
	Header       *string    `wire:"header,optional"`
	Footer       *string    `wire:"footer,optional"`
	Buttons      []Action   `wire:"buttons,optional"`
	ProviderName *string    `wire:"provider_name,optional"`
	Approval     Approval   `wire:"approval,optional"`
}

// TemplateDelete deletes a template.
type TemplateDelete struct {
	TemplateID TemplateID `wire:"template_id"`
}

// WorkspaceChange changes the settings.
type WorkspaceChange struct {
	Name        *string     `wire:"name,optional"`
	Country     Country     `wire:"country,optional"`
	UnreadUntil UnreadUntil `wire:"unread_until,optional"`
	// HoldMS: at most 30,000.
	HoldMS *int64 `wire:"hold_ms,optional"`
	// LinkDays: 1 to 30.
	LinkDays *int64 `wire:"link_days,optional"`
}

// WorkspaceCreate makes a workspace; only for the operator.
type WorkspaceCreate struct {
	Name    string  `wire:"name"`
	Country Country `wire:"country"`
	// Admin: the first admin's name.
	Admin string `wire:"admin"`
}

func (ContactSave) command()          {}
func (ContactMerge) command()         {}
func (ContactUnmerge) command()       {}
func (ContactErase) command()         {}
func (GroupCreate) command()          {}
func (GroupRename) command()          {}
func (GroupArchive) command()         {}
func (GroupDelete) command()          {}
func (GroupClose) command()           {}
func (AgentCreate) command()          {}
func (AgentChange) command()          {}
func (AgentDeactivate) command()      {}
func (AgentSetAvailability) command() {}
func (AgentInvite) command()          {}
func (TokenCreate) command()          {}
func (TokenRevoke) command()          {}
func (ChannelCreate) command()        {}
func (ChannelChange) command()        {}
func (TemplateSave) command()         {}
func (TemplateDelete) command()       {}
func (WorkspaceChange) command()      {}
func (WorkspaceCreate) command()      {}
