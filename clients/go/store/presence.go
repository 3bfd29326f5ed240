// What colleagues are doing now. The server says when it ends: nothing here knows the time.

package store

import (
	"maps"
	"slices"

	"github.com/parloir/parloir/clients/go/wire"
)

type presences struct {
	online map[wire.AgentID]bool
	within map[wire.ConversationID][]Present
	touch  touch
}

func (p *presences) clear() {
	for id := range p.within {
		p.touch(TopicPresent(id))
	}
	clear(p.within)
	p.setOnline(map[wire.AgentID]bool{})
}

// forget is for a conversation that is not visible any more.
func (p *presences) forget(id wire.ConversationID) {
	if _, is := p.within[id]; is {
		delete(p.within, id)
		p.touch(TopicPresent(id))
	}
}

func (p *presences) fold(signal wire.SignalDown) {
	gone := signal.Doing == wire.PresenceOffline || signal.Doing == wire.PresenceNothing
	doing := signal.Doing
	if gone || doing == wire.PresenceOnline {
		doing = wire.PresenceNothing
	}
	if signal.ConversationID != "" {
		p.put(signal.ConversationID, signal.AgentID, doing)
		return
	}
	online := maps.Clone(p.online)
	if gone {
		delete(online, signal.AgentID)
	} else {
		online[signal.AgentID] = true
	}
	p.setOnline(online)
	if !gone {
		return
	}
	for _, id := range slices.Collect(maps.Keys(p.within)) {
		p.put(id, signal.AgentID, wire.PresenceNothing)
	}
}

func (p *presences) put(id wire.ConversationID, agent wire.AgentID, doing wire.Presence) {
	before := p.within[id]
	after := make([]Present, 0, len(before)+1)
	for _, present := range before {
		if present.AgentID != agent {
			after = append(after, present)
		}
	}
	if doing == wire.PresenceNothing && len(after) == len(before) {
		return
	}
	if doing != wire.PresenceNothing {
		after = append(after, Present{agent, doing})
	}
	if len(after) == 0 {
		delete(p.within, id)
	} else {
		p.within[id] = after
	}
	p.touch(TopicPresent(id))
}

func (p *presences) setOnline(online map[wire.AgentID]bool) {
	p.online = online
	p.touch(TopicOnline)
}
