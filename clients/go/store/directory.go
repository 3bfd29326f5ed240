// What a workspace consists of beside its conversations: settings, groups, agents, channels, templates. Each entity
// carries the seq that last changed it, and an event that is not newer changes nothing.

package store

import (
	"maps"

	"github.com/parloir/parloir/clients/go/wire"
)

// shelf is entities by id, each at the newest version that is known.
type shelf[ID comparable, Entity any] struct {
	entities map[ID]Entity
	seq      func(*Entity) *wire.Seq
}

func newShelf[ID comparable, Entity any](seq func(*Entity) *wire.Seq) shelf[ID, Entity] {
	return shelf[ID, Entity]{map[ID]Entity{}, seq}
}

func (s shelf[ID, Entity]) put(id ID, entity Entity) {
	known, is := s.entities[id]
	if !is || *s.seq(&known) < *s.seq(&entity) {
		s.entities[id] = entity
	}
}

func (s shelf[ID, Entity]) change(id ID, seq wire.Seq, change func(*Entity)) {
	known, is := s.entities[id]
	if !is || seq <= *s.seq(&known) {
		return
	}
	change(&known)
	*s.seq(&known) = seq
	s.entities[id] = known
}

type directory struct {
	workspace *wire.Workspace
	me        *wire.Agent
	groups    shelf[wire.GroupID, wire.Group]
	agents    shelf[wire.AgentID, wire.Agent]
	channels  shelf[wire.ChannelID, wire.Channel]
	templates shelf[wire.TemplateID, wire.Template]
	touch     touch
	value     *Directory
}

func newDirectory(touch touch) directory {
	return directory{
		groups:    newShelf[wire.GroupID](func(group *wire.Group) *wire.Seq { return &group.Seq }),
		agents:    newShelf[wire.AgentID](func(agent *wire.Agent) *wire.Seq { return &agent.Seq }),
		channels:  newShelf[wire.ChannelID](func(channel *wire.Channel) *wire.Seq { return &channel.Seq }),
		templates: newShelf[wire.TemplateID](func(template *wire.Template) *wire.Seq { return &template.Seq }),
		touch:     touch,
	}
}

func (d *directory) read() *Directory {
	if d.value != nil {
		return d.value
	}
	value := &Directory{
		Workspace: d.workspace,
		Me:        d.me,
		Groups:    maps.Clone(d.groups.entities),
		Agents:    maps.Clone(d.agents.entities),
		Channels:  maps.Clone(d.channels.entities),
		Templates: map[wire.TemplateID]wire.Template{},
	}
	if d.me != nil {
		if me, is := d.agents.entities[d.me.AgentID]; is {
			value.Me = &me
		}
	}
	for id, template := range d.templates.entities {
		if template.Status == wire.TemplateStatusActive {
			value.Templates[id] = template
		}
	}
	d.value = value
	return value
}

func (d *directory) clear() {
	clear(d.groups.entities)
	clear(d.agents.entities)
	clear(d.channels.entities)
	clear(d.templates.entities)
	d.changed()
}

func (d *directory) changed() {
	d.value = nil
	d.touch(TopicDirectory)
}

func (d *directory) welcome(welcome wire.Welcome) {
	d.workspace, d.me = &welcome.Workspace, &welcome.Agent
	d.changed()
}

func (d *directory) snapshot(part wire.Snapshot) {
	for _, group := range part.Groups {
		d.groups.put(group.GroupID, group)
	}
	for _, agent := range part.Agents {
		d.agents.put(agent.AgentID, agent)
	}
	for _, channel := range part.Channels {
		d.channels.put(channel.ChannelID, channel)
	}
	for _, template := range part.Templates {
		d.templates.put(template.TemplateID, template)
	}
	d.changed()
}

func (d *directory) fold(event wire.Event) {
	if d.foldGroup(event) || d.foldAgent(event) || d.foldSettings(event) {
		d.changed()
	}
}

func (d *directory) foldGroup(event wire.Event) bool {
	switch data := event.Data.(type) {
	case wire.GroupCreated:
		d.groups.put(data.Group.GroupID, data.Group)
	case wire.GroupRenamed:
		d.groups.change(data.GroupID, event.Seq, func(group *wire.Group) { group.Name = data.Name })
	case wire.GroupArchived:
		d.groups.change(data.GroupID, event.Seq, func(group *wire.Group) { group.Status = wire.GroupStatusArchived })
	case wire.GroupEmptying:
		d.groups.change(data.GroupID, event.Seq, func(group *wire.Group) { group.Status = wire.GroupStatusEmptying })
	case wire.GroupDeleted:
		delete(d.groups.entities, data.GroupID)
	default:
		return false
	}
	return true
}

func (d *directory) foldAgent(event wire.Event) bool {
	switch data := event.Data.(type) {
	case wire.AgentCreated:
		d.agents.put(data.Agent.AgentID, data.Agent)
	case wire.AgentChanged:
		d.agents.change(data.AgentID, event.Seq, func(agent *wire.Agent) {
			agent.Name, agent.Role, agent.Groups = data.Name, data.Role, data.Groups
		})
	case wire.AgentDeactivated:
		d.agents.change(data.AgentID, event.Seq, func(agent *wire.Agent) { agent.Status = wire.AgentStatusDeactivated })
	case wire.AgentAvailabilityChanged:
		d.agents.change(data.AgentID, event.Seq, func(agent *wire.Agent) { agent.Availability = data.Availability })
	default:
		return false
	}
	return true
}

func (d *directory) foldSettings(event wire.Event) bool {
	switch data := event.Data.(type) {
	case wire.ChannelCreated:
		d.channels.put(data.Channel.ChannelID, data.Channel)
	case wire.ChannelChanged:
		d.channels.change(data.ChannelID, event.Seq, func(channel *wire.Channel) {
			channel.Name, channel.ApprovedCountries = data.Name, data.ApprovedCountries
		})
	case wire.TemplateSaved:
		d.templates.put(data.Template.TemplateID, data.Template)
	case wire.TemplateDeleted:
		d.templates.change(data.TemplateID, event.Seq, func(template *wire.Template) {
			template.Status = wire.TemplateStatusDeleted
		})
	case wire.WorkspaceChanged:
		return d.changeWorkspace(event.Seq, data)
	default:
		return false
	}
	return true
}

func (d *directory) changeWorkspace(seq wire.Seq, data wire.WorkspaceChanged) bool {
	if d.workspace == nil || seq <= d.workspace.Seq {
		return false
	}
	after := *d.workspace
	after.Name, after.Country, after.UnreadUntil, after.Seq = data.Name, data.Country, data.UnreadUntil, seq
	if data.HoldMS != nil {
		after.HoldMS = *data.HoldMS
	}
	if data.LinkDays != nil {
		after.LinkDays = *data.LinkDays
	}
	d.workspace = &after
	return true
}
