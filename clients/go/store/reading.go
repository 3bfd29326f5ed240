// What is read from a store: each value is made once and given again until it changes. Nothing here folds.

package store

import "github.com/parloir/parloir/clients/go/wire"

// Queue is a queue; awaited when nobody opened it.
func (s *Store) Queue(view wire.View) Queue {
	key := Key(view)
	return cached(s, TopicQueue(key), func() Queue {
		window, is := s.rows.windows[key]
		if !is {
			return Queue{View: view}
		}
		return Queue{
			View:      view,
			Load:      window.load,
			Rows:      inOrder(window),
			Whole:     window.load.Loading == Ready && window.bound == whole,
			Extending: window.extending,
		}
	})
}

// Thread is a timeline; awaited when nobody opened it.
func (s *Store) Thread(id wire.ConversationID) Thread {
	value := cached(s, TopicThread(id), func() Thread {
		timeline, is := s.timelines.loaded[id]
		if !is {
			return Thread{}
		}
		return Thread{
			Load:      timeline.load,
			Lines:     timeline.allLines(),
			Pending:   timeline.allPending(),
			Earlier:   timeline.earlier,
			Extending: timeline.extending,
		}
	})
	value.Expected = s.Expected()
	return value
}

// Row is a row that stands in a queue or is pinned; nil when it is not known.
func (s *Store) Row(id wire.ConversationID) *wire.Row { return s.rows.get(id) }

// Contact is a card.
func (s *Store) Contact(id wire.ContactID) Contact { return s.contacts.value(id) }

// Present is who is in a conversation, this agent included.
func (s *Store) Present(id wire.ConversationID) []Present { return s.presences.within[id] }

// Online is who is connected.
func (s *Store) Online() map[wire.AgentID]bool { return s.presences.online }

// Jobs is large work that runs, or was done since this client looked.
func (s *Store) Jobs() map[wire.JobID]wire.Job { return s.jobs.value }

// Counters is counters as the server counts them.
func (s *Store) Counters() *Counters { return s.tallies.read() }

// CountersByGroup is per group as a snapshot has it: with every agent that has a count.
func (s *Store) CountersByGroup() []wire.Counters { return s.tallies.byGroup() }

// Directory is settings, groups, agents, channels and templates.
func (s *Store) Directory() *Directory { return s.directory.read() }

// Threads is the conversations whose timelines are open.
func (s *Store) Threads() []wire.ConversationID {
	ids := make([]wire.ConversationID, 0, len(s.timelines.loaded))
	for id := range s.timelines.loaded {
		ids = append(ids, id)
	}
	return ids
}

func cached[T any](store *Store, topic Topic, read func() T) T {
	if known, is := store.values[topic]; is {
		return known.(T)
	}
	value := read()
	store.values[topic] = value
	return value
}
