// The rows that are known, in the order of every window, and those that are missing. It folds what events say of
// conversations; it never asks for anything itself.

package store

import (
	"cmp"
	"slices"

	"github.com/parloir/parloir/clients/go/wire"
)

type knownRow struct {
	id wire.ConversationID
	// row is replaced when it changes and never written to.
	row *wire.Row
	// asOf: contact and consent hold everything up to here.
	asOf wire.Seq
}

type rows struct {
	me      wire.AgentID
	windows map[string]*window
	known   map[wire.ConversationID]*knownRow
	pinned  map[wire.ConversationID]bool
	// missing is what to ask for, and since when: an answer from before then says nothing of it.
	missing map[wire.ConversationID]wire.Seq
	rowsMax int
	touch   touch
}

func newRows(rowsMax int, touch touch) rows {
	return rows{
		windows: map[string]*window{},
		known:   map[wire.ConversationID]*knownRow{},
		pinned:  map[wire.ConversationID]bool{},
		missing: map[wire.ConversationID]wire.Seq{},
		rowsMax: rowsMax,
		touch:   touch,
	}
}

func (r *rows) get(id wire.ConversationID) *wire.Row {
	if known, is := r.known[id]; is {
		return known.row
	}
	return nil
}

func inOrder(window *window) []*wire.Row {
	found := make([]*wire.Row, len(window.order))
	for index := range window.order {
		found[index] = window.order[index].known.row
	}
	return found
}

// wanted is what is missing, the longest first.
func (r *rows) wanted(idsMax int) []wire.ConversationID {
	ids := make([]wire.ConversationID, 0, len(r.missing))
	for id := range r.missing {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b wire.ConversationID) int {
		return cmp.Or(cmp.Compare(r.missing[a], r.missing[b]), cmp.Compare(a, b))
	})
	return ids[:min(len(ids), idsMax)]
}

// clear: everything is unknown; windows and pins stay, to be filled again.
func (r *rows) clear() {
	for id := range r.known {
		r.touch(TopicRow(id))
	}
	clear(r.known)
	clear(r.missing)
	for id := range r.pinned {
		r.miss(id, 0)
	}
	for _, window := range r.windows {
		window.clear()
		r.touch(TopicQueue(window.key))
	}
}

func (r *rows) open(view wire.View) *window {
	key := Key(view)
	if known, is := r.windows[key]; is {
		return known
	}
	made := newWindow(view)
	r.windows[key] = made
	return made
}

func (r *rows) close(window *window) {
	delete(r.windows, window.key)
	for _, standing := range window.order {
		r.settle(standing.known.id)
	}
}

// pin keeps a row though it is in no window.
func (r *rows) pin(id wire.ConversationID, seq wire.Seq) {
	r.pinned[id] = true
	if _, is := r.known[id]; !is {
		r.miss(id, seq)
	}
}

// unpin: what is missing stays so, a queue may want it as well.
func (r *rows) unpin(id wire.ConversationID) {
	delete(r.pinned, id)
	r.settle(id)
}

// put takes a row as it stood at asOf, unless it is known as of later.
func (r *rows) put(row *wire.Row, asOf wire.Seq) {
	id := row.Conversation.ConversationID
	known, is := r.known[id]
	switch {
	case is && known.asOf > asOf:
		return
	case is:
		// Windows hold on to it.
		known.row, known.asOf = row, asOf
	default:
		r.known[id] = &knownRow{id, row, asOf}
	}
	r.changed(id)
}

// page takes a page of a window: the window then ends where its rows end.
func (r *rows) page(window *window, page []wire.Row, next *string, asOf wire.Seq) {
	window.bound = whole
	for index := range page {
		r.put(&page[index], asOf)
	}
	window.reach(page, next)
	var all []standing
	for _, known := range r.known {
		if at, is := window.holds(known.row, r.me); is {
			all = append(all, standing{at, known})
		}
	}
	before := window.order
	window.standAll(all)
	for _, standing := range before {
		r.letGo(standing.known.id)
	}
	r.touch(TopicQueue(window.key))
}

// found: the answer to what was missing holds everything up to asOf.
func (r *rows) found(ids []wire.ConversationID, page []wire.Row, asOf wire.Seq) {
	for _, id := range ids {
		if r.missing[id] <= asOf {
			delete(r.missing, id)
		}
	}
	for index := range page {
		delete(r.missing, page[index].Conversation.ConversationID)
		r.put(&page[index], asOf)
	}
}

func (r *rows) giveUp(ids []wire.ConversationID) {
	for _, id := range ids {
		delete(r.missing, id)
	}
}

// trim: no window keeps more than its bound.
func (r *rows) trim() {
	for _, window := range r.windows {
		if len(window.order) <= r.rowsMax {
			continue
		}
		for _, id := range window.trim(r.rowsMax) {
			r.letGo(id)
		}
		r.touch(TopicQueue(window.key))
	}
}

func (r *rows) miss(id wire.ConversationID, since wire.Seq) {
	if _, is := r.missing[id]; !is {
		r.missing[id] = since
	}
}

// isWanted is whether a conversation would stand in a window, or is pinned.
func (r *rows) isWanted(header *wire.Header) bool {
	if r.pinned[header.ConversationID] {
		return true
	}
	for _, window := range r.windows {
		if _, is := window.mayHold(header, r.me); is {
			return true
		}
	}
	return false
}

func (r *rows) remove(id wire.ConversationID) {
	delete(r.known, id)
	r.touch(TopicRow(id))
	for _, window := range r.windows {
		if window.leave(id) {
			r.touch(TopicQueue(window.key))
		}
	}
}

func (r *rows) changed(id wire.ConversationID) {
	r.touch(TopicRow(id))
	r.settle(id)
}

// settle finds a row's place in every window after a change; a row that is in none and not pinned goes.
func (r *rows) settle(id wire.ConversationID) {
	known, is := r.known[id]
	if !is {
		return
	}
	for _, window := range r.windows {
		stood := window.has(id)
		at, stands := window.holds(known.row, r.me)
		if stands {
			window.stand(at, known)
		} else {
			window.leave(id)
		}
		if stood || stands {
			r.touch(TopicQueue(window.key))
		}
	}
	r.letGo(id)
}

func (r *rows) letGo(id wire.ConversationID) {
	if r.pinned[id] {
		return
	}
	for _, window := range r.windows {
		if window.has(id) {
			return
		}
	}
	delete(r.known, id)
	delete(r.missing, id)
}
