// How a client is set up, and what holds where nothing is said.

package parloir

import (
	"net/http"

	"github.com/parloir/parloir/clients/go/wire"
)

// Version is that of this client.
const Version = "0.1.0"

const defaultClient = "parloir-go/" + Version

// Options is how a client is set up. Only URL and Token are needed.
type Options struct {
	// URL is the server: https://desk.example.
	URL string
	// Token gives the way in.
	Token TokenSource
	// Client is name and version of the program, for the operator.
	Client string
	// Codec is MessagePack unless JSON is asked for.
	Codec wire.Codec
	// View is whose first page comes with the snapshot; open conversations, newest activity first, when nil.
	View *wire.View
	// Outbox is where unanswered commands are kept; memory when nil.
	Outbox OutboxStore
	// HTTP carries the handshake and uploads; http.DefaultClient when nil.
	HTTP *http.Client
	// Backoff is the pauses between tries.
	Backoff Backoff
	// RowsMax is rows that one queue keeps; 20,000 when zero.
	RowsMax int
	// EventsMax is unread events that a stream holds before the connection waits; 1,024 when zero.
	EventsMax int
}

func (o *Options) complete() {
	if o.Client == "" {
		o.Client = defaultClient
	}
	if o.View == nil {
		o.View = &wire.View{Status: wire.StatusOpen, Order: wire.OrderActivity}
	}
	if o.Outbox == nil {
		o.Outbox = NewMemoryOutbox()
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.EventsMax <= 0 {
		o.EventsMax = eventsMax
	}
}
