// The counters of every visible group, as the server counts them. Nothing is counted here.

package store

import (
	"slices"
	"strings"

	"github.com/parloir/parloir/clients/go/wire"
)

type share struct {
	seq  wire.Seq
	part wire.AssigneeCounters
}

type tally struct {
	counters  wire.Counters
	assignees map[wire.AgentID]share
}

type tallies struct {
	groups map[wire.GroupID]*tally
	touch  touch
	value  *Counters
}

func (t *tallies) clear() {
	clear(t.groups)
	t.changed()
}

func (t *tallies) fold(frame wire.Counters) {
	known, is := t.groups[frame.GroupID]
	if !is {
		known = &tally{counters: frame, assignees: map[wire.AgentID]share{}}
		t.groups[frame.GroupID] = known
	}
	if frame.Seq >= known.counters.Seq {
		known.counters = frame
	}
	if frame.Complete {
		for agent, share := range known.assignees {
			if share.seq <= frame.Seq {
				delete(known.assignees, agent)
			}
		}
	}
	for _, part := range frame.Assignees {
		if known.assignees[part.AgentID].seq <= frame.Seq {
			known.assignees[part.AgentID] = share{frame.Seq, part}
		}
	}
	t.changed()
}

func (t *tallies) forget(group wire.GroupID) {
	if _, is := t.groups[group]; is {
		delete(t.groups, group)
		t.changed()
	}
}

func (t *tallies) changed() {
	t.value = nil
	t.touch(TopicCounters)
}

// read adds all groups up, each by itself, and agents over all groups.
func (t *tallies) read() *Counters {
	if t.value != nil {
		return t.value
	}
	value := &Counters{ByGroup: map[wire.GroupID]Totals{}, ByAgent: map[wire.AgentID]AgentTotals{}}
	for group, tally := range t.groups {
		counted := tally.counters
		value.ByGroup[group] = Totals{counted.Open, counted.Closed, counted.Unread, counted.Unassigned}
		value.All.Open += counted.Open
		value.All.Closed += counted.Closed
		value.All.Unread += counted.Unread
		value.All.Unassigned += counted.Unassigned
		for agent, share := range tally.assignees {
			sum := value.ByAgent[agent]
			value.ByAgent[agent] = AgentTotals{sum.Open + share.part.Open, sum.Unread + share.part.Unread}
		}
	}
	t.value = value
	return value
}

// byGroup is per group as in a snapshot: with every agent that has a count, in the order of their ids.
func (t *tallies) byGroup() []wire.Counters {
	all := make([]wire.Counters, 0, len(t.groups))
	for _, tally := range t.groups {
		counted := tally.counters
		counted.Assignees, counted.Complete = []wire.AssigneeCounters{}, true
		for _, share := range tally.assignees {
			if share.part.Open > 0 || share.part.Unread > 0 {
				counted.Assignees = append(counted.Assignees, share.part)
			}
		}
		slices.SortFunc(counted.Assignees, func(a, b wire.AssigneeCounters) int {
			return strings.Compare(string(a.AgentID), string(b.AgentID))
		})
		all = append(all, counted)
	}
	slices.SortFunc(all, func(a, b wire.Counters) int { return strings.Compare(string(a.GroupID), string(b.GroupID)) })
	return all
}
