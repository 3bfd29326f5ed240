// The store itself: it hands each frame to the parts that fold it, and knows up to where everything is folded.

package store

import "github.com/parloir/parloir/clients/go/wire"

// RowsMax is rows that one queue keeps where nothing is said.
const RowsMax = 20_000

// Store is everything a screen shows.
type Store struct {
	changes   map[Topic]bool
	values    map[Topic]any
	directory directory
	tallies   tallies
	presences presences
	contacts  contacts
	jobs      jobs
	timelines timelines
	rows      rows
	held      held
	epoch     wire.Epoch
	seq       wire.Seq
	whole     bool
	// first is the window that the next snapshot's rows are of.
	first     *window
	firstPage []wire.Row
}

// New makes an empty store whose queues keep at most rowsMax rows; [RowsMax] when it is zero.
func New(rowsMax int) *Store {
	if rowsMax <= 0 {
		rowsMax = RowsMax
	}
	store := &Store{changes: map[Topic]bool{}, values: map[Topic]any{}}
	touch := store.touch
	store.directory = newDirectory(touch)
	store.tallies = tallies{groups: map[wire.GroupID]*tally{}, touch: touch}
	store.presences = presences{map[wire.AgentID]bool{}, map[wire.ConversationID][]Present{}, touch}
	store.contacts = contacts{map[wire.ContactID]Contact{}, touch}
	store.jobs = jobs{map[wire.JobID]wire.Job{}, touch}
	store.timelines = timelines{map[wire.ConversationID]*timeline{}, touch}
	store.rows = newRows(rowsMax, touch)
	store.held = held{asked: map[Ticket]int64{}}
	return store
}

func (s *Store) touch(topic Topic) {
	s.changes[topic] = true
	delete(s.values, topic)
}

// TakeChanges is what changed since this was called last.
func (s *Store) TakeChanges() []Topic {
	if len(s.changes) == 0 {
		return nil
	}
	changes := make([]Topic, 0, len(s.changes))
	for topic := range s.changes {
		changes = append(changes, topic)
	}
	// A map that was large once is slow to go through for ever.
	s.changes = map[Topic]bool{}
	return changes
}

// Seq: everything visible up to here is folded.
func (s *Store) Seq() wire.Seq { return s.seq }

// Whole is whether a snapshot was folded to its end, so that questions make sense.
func (s *Store) Whole() bool { return s.whole }

// Expected is what `expected` says when the author has this store on screen; nil before the first welcome.
func (s *Store) Expected() *wire.Expected {
	if s.epoch == "" {
		return nil
	}
	return &wire.Expected{Epoch: s.epoch, Seq: s.seq}
}

// Begin is called before hello: the snapshot's rows will be of this view.
func (s *Store) Begin(view wire.View) {
	s.first = s.rows.open(view)
}

// Fold takes one frame. Replies and changes of watches are not folded here: their content is.
func (s *Store) Fold(frame wire.Down) {
	switch frame := frame.(type) {
	case wire.Welcome:
		s.welcome(frame)
	case wire.Snapshot:
		s.snapshot(frame)
	case wire.Event:
		s.event(frame)
	case wire.SignalDown:
		s.presences.fold(frame)
	case wire.CountersFrame:
		s.tallies.fold(wire.Counters(frame))
	case wire.Checkpoint:
		s.seq = max(s.seq, frame.Seq)
	case wire.Reset:
		s.clear()
	case wire.Reply, wire.Change, wire.Ping, wire.Goodbye, wire.UnknownFrame:
	}
}

func (s *Store) clear() {
	s.seq, s.whole, s.firstPage = 0, false, nil
	s.held.void()
	s.rows.clear()
	s.timelines.clear()
	s.presences.clear()
	s.tallies.clear()
	s.directory.clear()
	s.contacts.clear()
	s.jobs.clear()
}

func (s *Store) welcome(welcome wire.Welcome) {
	if welcome.Resumed {
		if !welcome.SignalsKept {
			s.presences.clear()
		}
		return
	}
	s.clear()
	s.epoch = welcome.Epoch
	s.rows.me = welcome.Agent.AgentID
	s.directory.welcome(welcome)
}

func (s *Store) snapshot(part wire.Snapshot) {
	s.directory.snapshot(part)
	for _, counters := range part.Counters {
		s.tallies.fold(counters)
	}
	for _, signal := range part.Signals {
		s.presences.fold(signal)
	}
	s.firstPage = append(s.firstPage, part.Rows...)
	if !part.Last {
		return
	}
	if s.first != nil {
		s.first.load = Load{Loading: Ready}
		s.rows.page(s.first, s.firstPage, part.Next, part.Seq)
	}
	s.firstPage = nil
	s.seq = part.Seq
	s.whole = true
	s.rows.trim()
}

func (s *Store) event(event wire.Event) {
	if event.Seq <= s.seq {
		return
	}
	s.seq = event.Seq
	if _, unknown := event.Data.(wire.UnknownEvent); unknown {
		return
	}
	s.held.keep(event)
	s.rows.fold(event)
	s.rows.trim()
	s.timelines.fold(event)
	s.directory.fold(event)
	s.contacts.fold(event)
	s.jobs.fold(event)
	switch data := event.Data.(type) {
	case wire.GroupDeleted:
		s.tallies.forget(data.GroupID)
	case wire.ConversationLeft:
		s.presences.forget(data.ConversationID)
	}
}
