// Commands that somebody here waits for, from being given to their answer. They are kept in the outbox first and then
// handed to whoever sends; this file knows no socket.

package parloir

import (
	"context"
	"slices"
	"time"

	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

// topicOutbox is commands without an answer, topicState where the connection is.
const (
	topicOutbox store.Topic = "outbox"
	topicState  store.Topic = "state"
)

// Sending is a command on its way.
type Sending struct {
	// CommandID is its id; MessageID that of the message which a message.send makes, known before the answer.
	CommandID wire.CommandID
	MessageID wire.MessageID

	settled chan struct{}
	done    wire.Done
	err     error
}

// Wait is the server's answer. Its error is a [CommandError], an [Ended], [ErrDropped], or that of the context: then the
// command is on its way all the same.
func (s *Sending) Wait(ctx context.Context) (wire.Done, error) {
	select {
	case <-s.settled:
		return s.done, s.err
	case <-ctx.Done():
		return wire.Done{}, ctx.Err()
	}
}

// Settled is closed once there is an answer, or none will come.
func (s *Sending) Settled() <-chan struct{} { return s.settled }

func (s *Sending) settle(done wire.Done, err error) {
	s.done, s.err = done, err
	close(s.settled)
}

// CommandOption says how a command is given.
type CommandOption func(*Entry)

// WithExpected refuses the command when somebody else wrote after this: see [store.Thread].
func WithExpected(expected *wire.Expected) CommandOption {
	return func(entry *Entry) { entry.Expected = expected }
}

// WithCommandID gives an id of one's own, a UUIDv7.
func WithCommandID(id wire.CommandID) CommandOption {
	return func(entry *Entry) { entry.CommandID = id }
}

// Do does something once, whatever happens to the connection, and waits for the answer: see [Sending.Wait].
func (c *Client) Do(ctx context.Context, command wire.Command, options ...CommandOption) (wire.Done, error) {
	sending, err := c.Give(command, options...)
	if err != nil {
		return wire.Done{}, err
	}
	return sending.Wait(ctx)
}

// Give has something done once, whatever happens to the connection, and does not wait for the answer. Its error says
// why the command is not kept: a [CommandError], an [Ended], or that of the outbox store.
func (c *Client) Give(command wire.Command, options ...CommandOption) (*Sending, error) {
	entry := Entry{CommandID: NewCommandID(), GivenAt: wire.TimeOf(time.Now()), Command: command}
	for _, option := range options {
		option(&entry)
	}
	sending, waits, err := c.reserve(&entry)
	if err != nil || waits {
		return sending, err
	}
	err = c.options.Outbox.Put(entry)
	var dropped bool
	c.locked(func() {
		switch _, waiting := c.sendings[entry.CommandID]; {
		case err != nil:
			c.forget(entry.CommandID)
			c.settle(entry.CommandID, wire.Done{}, err)
		case c.ended != nil:
			c.settle(entry.CommandID, wire.Done{}, c.ended)
		case waiting:
			if entry.AgentID == "" && c.me != "" {
				entry.AgentID = c.me
				c.named = append(c.named, entry)
			}
			c.carry(entry)
		default:
			dropped = true
		}
	})
	switch {
	case err != nil:
		return nil, err
	case dropped:
		return sending, c.options.Outbox.Remove(entry.CommandID)
	default:
		c.tellOutbox()
		return sending, nil
	}
}

// settle tells whoever waits for a command what became of it.
func (c *Client) settle(id wire.CommandID, done wire.Done, err error) {
	if sending, is := c.sendings[id]; is {
		delete(c.sendings, id)
		sending.settle(done, err)
	}
}

// reserve takes a place in the outbox, or refuses. One that waits already is the same command.
func (c *Client) reserve(entry *Entry) (sending *Sending, waits bool, err error) {
	c.locked(func() {
		if sending, waits = c.sendings[entry.CommandID]; waits {
			return
		}
		large := c.tooLarge(wire.SizeOf(c.options.Codec, frameOf(*entry)))
		switch {
		case c.ended != nil:
			err = c.ended
		case len(c.kept) >= OutboxMax:
			err = &CommandError{ownRefusal(CodeBusy, "too many commands wait for an answer"), entry.CommandID}
		case large != nil:
			err = &CommandError{*large, entry.CommandID}
		}
		if err != nil {
			return
		}
		entry.AgentID = c.me
		c.forget(entry.CommandID)
		c.kept = append(c.kept, Kept{Entry: *entry})
		c.board.tell(topicOutbox)
		sending = &Sending{CommandID: entry.CommandID, settled: make(chan struct{})}
		if _, sends := entry.Command.(wire.MessageSend); sends {
			sending.MessageID = MessageIDOf(entry.CommandID)
		}
		c.sendings[entry.CommandID] = sending
	})
	return sending, waits, err
}

// Outbox is commands without an answer, and those of an earlier run that were refused and wait for [Client.Drop].
func (c *Client) Outbox() *Watched[[]Kept] {
	return watched(c, topicOutbox, func() []Kept { return slices.Clone(c.kept) }, nil, nil)
}

// Drop takes a command out of the outbox: a refused one of an earlier run, or one whose Wait answers [ErrDropped] then.
func (c *Client) Drop(id wire.CommandID) error {
	c.locked(func() {
		c.asks.drop(askKey{command: id})
		c.forget(id)
		c.settle(id, wire.Done{}, ErrDropped)
	})
	return c.options.Outbox.Remove(id)
}

// restore reads what an earlier run left. It is carried once it is known who this client is.
func (c *Client) restore() error {
	entries, err := c.options.Outbox.All()
	c.restored = entries
	return err
}

// takeRestored carries this agent's own commands of an earlier run. Those that nobody knows the author of wait for a
// decision.
func (c *Client) takeRestored() {
	for _, entry := range c.restored {
		if entry.AgentID != "" && entry.AgentID != c.me || len(c.kept) >= OutboxMax {
			continue
		}
		c.kept = append(c.kept, Kept{Entry: entry})
		if entry.AgentID == "" {
			c.refuseRestored(entry.CommandID, ownRefusal(CodeNotAllowed, "nobody knows who gave it").Body)
			continue
		}
		c.board.tell(topicOutbox)
		c.carry(entry)
	}
	c.restored = nil
}

// nameKept says of what was given before the first welcome whose it is.
func (c *Client) nameKept() {
	for index := range c.kept {
		if kept := &c.kept[index]; kept.AgentID == "" && kept.Refused == nil {
			kept.AgentID = c.me
			if _, carried := c.asks.byKey[askKey{command: kept.CommandID}]; carried {
				c.named = append(c.named, kept.Entry)
			}
		}
	}
}

func (c *Client) forget(id wire.CommandID) {
	c.kept = slices.DeleteFunc(c.kept, func(kept Kept) bool { return kept.CommandID == id })
	c.board.tell(topicOutbox)
}

// carry has an entry of the outbox sent until it is answered.
func (c *Client) carry(entry Entry) {
	id := entry.CommandID
	c.ask(&asking{
		key:   askKey{command: id},
		frame: frameOf(entry),
		done: func(ok wire.Value) {
			var done wire.Done
			err := ok.Bind(&done)
			c.remove(id)
			c.settle(id, done, err)
		},
		refused: func(refusal wire.ErrorBody) {
			if _, waited := c.sendings[id]; waited {
				c.remove(id)
			} else {
				c.refuseRestored(id, refusal)
			}
			c.settle(id, wire.Done{}, &CommandError{Refusal{refusal}, id})
		},
		ended: func(ended *Ended) { c.settle(id, wire.Done{}, ended) },
	})
}

// remove: it was answered. The store hears of it once the client is not guarded any more.
func (c *Client) remove(id wire.CommandID) {
	c.forget(id)
	c.removals = append(c.removals, id)
}

// refuseRestored: an entry of an earlier run was refused, it stays for a decision.
func (c *Client) refuseRestored(id wire.CommandID, refusal wire.ErrorBody) {
	for index := range c.kept {
		if c.kept[index].CommandID == id {
			c.kept[index].Refused = &refusal
		}
	}
	c.board.tell(topicOutbox)
}

func frameOf(entry Entry) wire.Up {
	return wire.CommandFrame{CommandID: entry.CommandID, Expected: entry.Expected, Command: entry.Command}
}
