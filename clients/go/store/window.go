// Which rows a queue shows: a view, how far down its order it reaches, and who stands where. It holds no row.

package store

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/parloir/parloir/clients/go/wire"
)

// place is a row's place in an order: smaller stands higher.
type place int64

const (
	// whole is below every place.
	whole place = math.MaxInt64
	// nothing is above every place.
	nothing place = math.MinInt64
)

// cut is where a page ended, and how to ask for what follows it.
type cut struct {
	bound place
	next  *string
}

type standing struct {
	place place
	known *knownRow
}

func compareStandings(a, b standing) int {
	if a.place != b.place {
		return cmp.Compare(a.place, b.place)
	}
	return cmp.Compare(a.known.id, b.known.id)
}

// Key is the same text for views that take the same rows in the same order.
func Key(view wire.View) string {
	unread := ""
	if view.Unread != nil {
		unread = fmt.Sprint(*view.Unread)
	}
	order := cmp.Or(view.Order, wire.OrderActivity)
	return fmt.Sprintf("%s|%s|%T%v|%s|%s|%s", view.Status, view.GroupID, view.Assignee, view.Assignee, unread, view.ChannelID, order)
}

// window is a view down to a bound: every row whose place is at or above it.
type window struct {
	view wire.View
	key  string
	load Load
	// bound is the lowest place that is in it.
	bound     place
	extending bool
	cuts      []cut
	order     []standing
	places    map[wire.ConversationID]place
}

func newWindow(view wire.View) *window {
	return &window{view: view, key: Key(view), bound: nothing, places: map[wire.ConversationID]place{}}
}

// next is how to ask for what follows; nil at the end.
func (w *window) next() *string {
	if len(w.cuts) == 0 {
		return nil
	}
	return w.cuts[len(w.cuts)-1].next
}

func (w *window) has(id wire.ConversationID) bool {
	_, is := w.places[id]
	return is
}

// clear: nothing of it is known any more.
func (w *window) clear() {
	w.load, w.bound, w.extending, w.cuts, w.order = Load{}, nothing, false, nil, nil
	clear(w.places)
}

// place is where a header stands in this view's order; false when it does not stand in it.
func (w *window) place(header *wire.Header) (place, bool) {
	if w.view.Order == wire.OrderWaiting {
		return place(header.WaitingSeq), header.WaitingSeq != 0
	}
	return -place(header.ActivitySeq), true
}

// holds is the place of a row that is in the window.
func (w *window) holds(row *wire.Row, me wire.AgentID) (place, bool) {
	if w.view.ChannelID != "" && w.view.ChannelID != row.ChannelID {
		return 0, false
	}
	return w.mayHold(&row.Conversation, me)
}

// mayHold is the place that a conversation has if its channel is right too.
func (w *window) mayHold(header *wire.Header, me wire.AgentID) (place, bool) {
	view := &w.view
	fits := (view.Status == "" || view.Status == header.Status) &&
		(view.GroupID == "" || view.GroupID == header.GroupID) &&
		(view.Unread == nil || *view.Unread == header.Unread) &&
		isAssigned(view.Assignee, header.Assignee, me)
	if !fits {
		return 0, false
	}
	at, is := w.place(header)
	return at, is && at <= w.bound
}

func isAssigned(whose wire.AssigneeFilter, assignee, me wire.AgentID) bool {
	switch whose := whose.(type) {
	case wire.Mine:
		return assignee != "" && assignee == me
	case wire.Nobodys:
		return assignee == ""
	case wire.Theirs:
		return assignee == whose.Agent
	default:
		return true
	}
}

// stand puts a conversation where it belongs now; whether that changed anything.
func (w *window) stand(at place, known *knownRow) bool {
	before, stood := w.places[known.id]
	if stood && before == at {
		return false
	}
	index := w.find(at, known.id)
	w.places[known.id] = at
	if !stood {
		w.order = slices.Insert(w.order, index, standing{at, known})
		return true
	}
	// Only those between both places make room.
	from := w.find(before, known.id)
	if index > from {
		index--
		copy(w.order[from:index], w.order[from+1:])
	} else {
		copy(w.order[index+1:from+1], w.order[index:])
	}
	w.order[index] = standing{at, known}
	return true
}

// find is where a conversation stands, or would.
func (w *window) find(at place, id wire.ConversationID) int {
	index, _ := slices.BinarySearchFunc(w.order, id, func(one standing, id wire.ConversationID) int {
		if one.place != at {
			return cmp.Compare(one.place, at)
		}
		return cmp.Compare(one.known.id, id)
	})
	return index
}

// leave takes a conversation away; whether it stood here.
func (w *window) leave(id wire.ConversationID) bool {
	before, stood := w.places[id]
	if !stood {
		return false
	}
	index := w.find(before, id)
	w.order = slices.Delete(w.order, index, index+1)
	delete(w.places, id)
	return true
}

// standAll puts everybody anew.
func (w *window) standAll(standings []standing) {
	slices.SortFunc(standings, compareStandings)
	w.order = standings
	clear(w.places)
	for _, standing := range standings {
		w.places[standing.known.id] = standing.place
	}
}

// reach goes down to the last of rows, the newest page of it; to the end without next.
func (w *window) reach(rows []wire.Row, next *string) {
	w.bound = nothing
	if next == nil {
		w.bound = whole
	}
	for index := range rows {
		if at, is := w.place(&rows[index].Conversation); is {
			w.bound = max(w.bound, at)
		}
	}
	w.cuts = append(w.cuts, cut{w.bound, next})
}

// stop: nothing further can be asked for.
func (w *window) stop() {
	w.extending = false
	w.cuts = append(w.cuts, cut{bound: w.bound})
}

// trim gives up the last pages until no more than rowsMax rows stand here; who had to go.
func (w *window) trim(rowsMax int) (gone []wire.ConversationID) {
	for len(w.order) > rowsMax {
		if len(w.cuts) > 0 {
			w.cuts = w.cuts[:len(w.cuts)-1]
		}
		if len(w.cuts) == 0 {
			w.cuts = append(w.cuts, cut{bound: w.order[rowsMax-1].place})
		}
		w.bound = w.cuts[len(w.cuts)-1].bound
		gone = append(gone, w.dropBeyond(w.bound)...)
	}
	return gone
}

func (w *window) dropBeyond(bound place) (gone []wire.ConversationID) {
	from := slices.IndexFunc(w.order, func(standing standing) bool { return standing.place > bound })
	if from < 0 {
		return nil
	}
	for _, standing := range w.order[from:] {
		gone = append(gone, standing.known.id)
		delete(w.places, standing.known.id)
	}
	w.order = w.order[:from]
	return gone
}
