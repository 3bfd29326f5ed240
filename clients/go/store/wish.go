// What a store lacks, as questions for whoever can ask them. It asks nobody.

package store

import "github.com/parloir/parloir/clients/go/wire"

// Wish is a question whose answer the store wants: a [PageWish], [RowsWish], [ThreadWish] or [ContactWish].
type Wish interface {
	// Key is the same for wishes of which one at a time is asked.
	Key() string
	// Query is the question.
	Query() wire.Query
}

// PageWish is a page of a queue; After is nil for the first one.
type PageWish struct {
	Queue string
	View  wire.View
	After *string
}

// RowsWish is rows that are missing.
type RowsWish struct{ IDs []wire.ConversationID }

// ThreadWish is a page of a timeline; Before is zero for the newest one.
type ThreadWish struct {
	ID     wire.ConversationID
	Before wire.Seq
}

// ContactWish is a card.
type ContactWish struct{ ID wire.ContactID }

// Key is that of the queue.
func (w PageWish) Key() string { return "page " + w.Queue }

// Key is one for all rows.
func (w RowsWish) Key() string { return "rows" }

// Key is that of the conversation.
func (w ThreadWish) Key() string { return "timeline " + string(w.ID) }

// Key is that of the contact.
func (w ContactWish) Key() string { return "contact " + string(w.ID) }

// Query asks for the page.
func (w PageWish) Query() wire.Query { return wire.QueuePage{View: w.View, After: w.After} }

// Query asks for all of them at once.
func (w RowsWish) Query() wire.Query { return wire.ConversationRows{IDs: w.IDs} }

// Query asks for the page.
func (w ThreadWish) Query() wire.Query {
	return wire.ConversationTimeline{ConversationID: w.ID, Before: w.Before}
}

// Query asks for the card.
func (w ContactWish) Query() wire.Query { return wire.ContactGet{ContactID: w.ID} }
