// Where a client's connection is, in words. It decides nothing.

package parloir

import "time"

// Phase is where a connection is.
type Phase string

// Where it can be.
const (
	// Connecting is without a place to resume from.
	Connecting Phase = "connecting"
	// Live: everything that happens arrives.
	Live Phase = "live"
	// Resuming is connecting again, to go on where it was.
	Resuming Phase = "resuming"
	// Offline is waiting before the next try.
	Offline Phase = "offline"
	// Closed: connecting again would not help.
	Closed Phase = "closed"
)

// State is where a connection is, and why.
type State struct {
	Phase Phase
	// Code is a close code, when closed; 1000 when the client left.
	Code int
	// Reason is a sentence, when offline or closed.
	Reason string
	// Retry is how long after the loss the next try comes, when offline.
	Retry time.Duration
}
