// The loaded end of one conversation's timeline, line by line, and its planned messages. Each line and the whole know up
// to which seq they are current, so an event is never folded twice.

package store

import (
	"cmp"
	"slices"

	"github.com/parloir/parloir/clients/go/wire"
)

// linesMax is lines that one timeline keeps; the oldest go first and can be asked for again.
const linesMax = 5_000

type knownLine struct {
	asOf wire.Seq
	line wire.Line
}

type plannedMessage struct {
	asOf    wire.Seq
	message wire.Message
}

type timeline struct {
	load      Load
	extending bool
	earlier   bool
	lines     []knownLine
	pending   map[wire.MessageID]plannedMessage
	asOf      wire.Seq
}

func (t *timeline) allLines() []wire.Line {
	lines := make([]wire.Line, len(t.lines))
	for index := range t.lines {
		lines[index] = t.lines[index].line
	}
	return lines
}

// allPending is by due_at; those without, which wait for a decision, last.
func (t *timeline) allPending() []wire.Message {
	messages := make([]wire.Message, 0, len(t.pending))
	for _, planned := range t.pending {
		messages = append(messages, planned.message)
	}
	slices.SortFunc(messages, func(a, b wire.Message) int {
		return cmp.Or(cmp.Compare(dueOf(a), dueOf(b)), cmp.Compare(a.MessageID, b.MessageID))
	})
	return messages
}

func dueOf(message wire.Message) wire.Time {
	const afterAll = "~"
	return cmp.Or(message.DueAt, afterAll)
}

// firstSeq is the first line's, to ask for those before; zero when there is none.
func (t *timeline) firstSeq() wire.Seq {
	if len(t.lines) == 0 {
		return 0
	}
	return t.lines[0].line.Seq
}

// begin: the newest page replaces everything.
func (t *timeline) begin(page wire.TimelinePage) {
	t.lines = make([]knownLine, len(page.Items))
	for index, line := range page.Items {
		t.lines[index] = knownLine{page.Seq, line}
	}
	t.pending = map[wire.MessageID]plannedMessage{}
	for _, message := range page.Pending {
		t.pending[message.MessageID] = plannedMessage{page.Seq, message}
	}
	t.earlier = page.Earlier
	t.asOf = page.Seq
}

// extend puts the page before `before` in front, brought up to date by events, when it fits.
func (t *timeline) extend(before wire.Seq, page wire.TimelinePage, events []wire.Event) {
	if t.firstSeq() != before {
		return
	}
	var earlier timeline
	earlier.begin(page)
	for _, event := range events {
		earlier.fold(event)
	}
	lines := slices.DeleteFunc(earlier.lines, func(known knownLine) bool { return known.line.Seq >= before })
	t.lines = append(lines, t.lines...)
	t.earlier = page.Earlier
}

// fold takes an event of this conversation; whether that changed anything.
func (t *timeline) fold(event wire.Event) bool {
	changed := t.change(event)
	planned := t.plan(event)
	added := t.add(event)
	return changed || planned || added
}

func (t *timeline) add(event wire.Event) bool {
	item := itemOf(event)
	if item == nil || event.Seq <= t.asOf {
		return false
	}
	if count := len(t.lines); count > 0 && event.Seq <= t.lines[count-1].line.Seq {
		return false
	}
	if _, erased := item.(wire.ItemErased); erased {
		t.erase()
	}
	line := wire.Line{Seq: event.Seq, At: event.At, Actor: event.Actor, Item: item}
	t.lines = append(t.lines, knownLine{event.Seq, line})
	if len(t.lines) > linesMax {
		t.lines = slices.Delete(t.lines, 0, len(t.lines)-linesMax)
		t.earlier = true
	}
	return true
}

func (t *timeline) plan(event wire.Event) bool {
	if event.Seq <= t.asOf {
		return false
	}
	switch data := event.Data.(type) {
	case wire.MessagePlanned:
		t.pending[data.Message.MessageID] = plannedMessage{event.Seq, data.Message}
		return true
	case wire.MessageQueued:
		delete(t.pending, data.Message.MessageID)
	}
	return false
}

func (t *timeline) change(event wire.Event) bool {
	id := changedMessage(event)
	if id == "" {
		return false
	}
	if planned, is := t.pending[id]; is {
		if event.Seq <= planned.asOf {
			return false
		}
		if _, cancelled := event.Data.(wire.MessageCancelled); cancelled {
			delete(t.pending, id)
		} else {
			t.pending[id] = plannedMessage{event.Seq, messageAfter(planned.message, event)}
		}
		return true
	}
	for at := len(t.lines) - 1; at >= 0; at-- {
		item, is := t.lines[at].line.Item.(wire.ItemMessage)
		if !is || item.Message.MessageID != id {
			continue
		}
		if event.Seq <= t.lines[at].asOf {
			return false
		}
		t.lines[at].asOf = event.Seq
		t.lines[at].line.Item = wire.ItemMessage{Message: messageAfter(item.Message, event)}
		return true
	}
	return false
}

func (t *timeline) erase() {
	for index := range t.lines {
		t.lines[index].line.Item = erasedItem(t.lines[index].line.Item)
	}
	clear(t.pending)
}
