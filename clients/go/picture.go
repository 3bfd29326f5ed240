// What applications follow of the store: queues, timelines, rows, cards, counters and the rest. Queues, timelines, rows
// and cards are loaded while somebody holds them.

package parloir

import (
	"context"

	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

// Queue is a queue: its value, and a way to ask for more of it.
type Queue struct {
	*Watched[store.Queue]
	view wire.View
}

// Queue opens a queue. Equal views are one queue.
func (c *Client) Queue(view wire.View) *Queue {
	key := store.Key(view)
	return &Queue{watched(c, store.TopicQueue(key),
		func() store.Queue { return c.store.Queue(view) },
		func() { c.store.OpenQueue(view) },
		func() { c.store.CloseQueue(view) }), view}
}

// More asks for one more page and waits until it is there; false: there is none.
func (q *Queue) More(ctx context.Context) (bool, error) {
	follow := q.client.Queue(q.view)
	defer follow.Close()
	return more(ctx, follow.Watched, func() bool { return q.client.store.ExtendQueue(q.view) },
		func(queue store.Queue) bool { return !queue.Extending })
}

// Thread is a conversation's timeline: its value, and a way to ask for more of it.
type Thread struct {
	*Watched[store.Thread]
	id wire.ConversationID
}

// Thread opens a conversation's timeline.
func (c *Client) Thread(id wire.ConversationID) *Thread {
	return &Thread{watched(c, store.TopicThread(id),
		func() store.Thread { return c.store.Thread(id) },
		func() { c.store.OpenThread(id) },
		func() { c.store.CloseThread(id) }), id}
}

// More asks for the page before the first line and waits until it is there; false: there is none.
func (t *Thread) More(ctx context.Context) (bool, error) {
	follow := t.client.Thread(t.id)
	defer follow.Close()
	return more(ctx, follow.Watched, func() bool { return t.client.store.ExtendThread(t.id) },
		func(thread store.Thread) bool { return !thread.Extending })
}

func more[T any](ctx context.Context, follow *Watched[T], extend func() bool, whole func(T) bool) (is bool, err error) {
	follow.client.locked(func() {
		is = extend()
		follow.client.changed()
	})
	if !is {
		return false, nil
	}
	_, err = follow.Until(ctx, whole)
	return err == nil, err
}

// Conversation is a conversation's row; nil until it is known, or where it is not visible.
func (c *Client) Conversation(id wire.ConversationID) *Watched[*wire.Row] {
	return watched(c, store.TopicRow(id),
		func() *wire.Row { return c.store.Row(id) },
		func() { c.store.Pin(id) },
		func() { c.store.Unpin(id) })
}

// Contact is a contact's card.
func (c *Client) Contact(id wire.ContactID) *Watched[store.Contact] {
	return watched(c, store.TopicContact(id),
		func() store.Contact { return c.store.Contact(id) },
		func() { c.store.OpenContact(id) },
		func() { c.store.CloseContact(id) })
}

// Present is who is in a conversation, this agent included.
func (c *Client) Present(id wire.ConversationID) *Watched[[]store.Present] {
	return watched(c, store.TopicPresent(id), func() []store.Present { return c.store.Present(id) }, nil, nil)
}

// Directory is settings, groups, agents, channels and templates.
func (c *Client) Directory() *Watched[*store.Directory] {
	return watched(c, store.TopicDirectory, c.store.Directory, nil, nil)
}

// Counters is counters as the server counts them.
func (c *Client) Counters() *Watched[*store.Counters] {
	return watched(c, store.TopicCounters, c.store.Counters, nil, nil)
}

// Online is who is connected.
func (c *Client) Online() *Watched[map[wire.AgentID]bool] {
	return watched(c, store.TopicOnline, c.store.Online, nil, nil)
}

// Jobs is large work that runs, or was done since this client looked.
func (c *Client) Jobs() *Watched[map[wire.JobID]wire.Job] {
	return watched(c, store.TopicJobs, c.store.Jobs, nil, nil)
}

// States is where the connection is.
func (c *Client) States() *Watched[State] {
	return watched(c, topicState, func() State { return c.state }, nil, nil)
}

// Read hands the store over for one look: what it reads is of one moment. Nothing may be kept but what it gives, and
// nothing of the client may be called meanwhile.
func (c *Client) Read(look func(*store.Store)) {
	c.locked(func() { look(c.store) })
}

// Expected is what `expected` says when the author has everything on screen that this client has; nil before the first
// welcome.
func (c *Client) Expected() (expected *wire.Expected) {
	c.locked(func() { expected = c.store.Expected() })
	return expected
}
