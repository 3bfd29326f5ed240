// Commands that were given and not answered yet, kept so that each happens once: over reconnects, and with a store that
// outlives the program over restarts as well. It knows no socket.

package parloir

import (
	"slices"
	"sync"

	"github.com/parloir/parloir/clients/go/wire"
)

// OutboxMax is commands that may wait; one more is refused.
const OutboxMax = 1_000

// Entry is a command as it is kept.
type Entry struct {
	CommandID wire.CommandID `wire:"command_id"`
	Expected  *wire.Expected `wire:"expected,optional"`
	// AgentID is whose it is: nobody else's client sends it. Empty until the first welcome.
	AgentID wire.AgentID `wire:"agent_id,optional"`
	// GivenAt is when it was given.
	GivenAt wire.Time    `wire:"given_at"`
	Command wire.Command `wire:"params,named"`
}

// Kept is a command that waits, or one of an earlier run that was refused, or that nobody knows the author of, and waits
// for a decision: [Client.Drop], or giving it again with its id.
type Kept struct {
	Entry
	// Refused is why.
	Refused *wire.ErrorBody
}

// OutboxStore is where entries are kept. Put has returned before the command is sent; an entry with the id of one that is
// kept takes its place. Its methods may be called from several goroutines at once.
type OutboxStore interface {
	Put(entry Entry) error
	Remove(id wire.CommandID) error
	// All is in the order in which they were put.
	All() ([]Entry, error)
}

// MemoryOutbox keeps entries over reconnects, not over restarts.
type MemoryOutbox struct {
	mutex   sync.Mutex
	entries []Entry
}

// NewMemoryOutbox makes an empty one.
func NewMemoryOutbox() *MemoryOutbox { return &MemoryOutbox{} }

// Put keeps an entry, in the place of one with its id.
func (o *MemoryOutbox) Put(entry Entry) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.entries = with(o.entries, entry)
	return nil
}

// Remove lets an entry go.
func (o *MemoryOutbox) Remove(id wire.CommandID) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.entries = slices.DeleteFunc(o.entries, func(entry Entry) bool { return entry.CommandID == id })
	return nil
}

// All is what is kept.
func (o *MemoryOutbox) All() ([]Entry, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return slices.Clone(o.entries), nil
}
