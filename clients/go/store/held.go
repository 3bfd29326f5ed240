// Events kept while an answer is on its way, so that an answer older than the store can be brought up to date. They
// are kept only as long as something is asked, and never more than a bound.

package store

import "github.com/parloir/parloir/clients/go/wire"

// heldMax is events that may be kept; an answer that would need more is asked for again.
const heldMax = 8_192

// Ticket is something that was asked, to be shown with its answer.
type Ticket int64

type held struct {
	events []wire.Event
	// dropped is how many were ever kept before the first of events.
	dropped int64
	// asked is, per ticket, how many were ever kept when it was given out.
	asked   map[Ticket]int64
	tickets Ticket
}

func (h *held) ask() Ticket {
	h.tickets++
	h.asked[h.tickets] = h.dropped + int64(len(h.events))
	return h.tickets
}

func (h *held) keep(event wire.Event) {
	if len(h.asked) == 0 {
		return
	}
	if len(h.events) == heldMax {
		h.events = h.events[1:]
		h.dropped++
	}
	h.events = append(h.events, event)
}

// redeem is the kept events after seq; false when the ticket is not good any more.
func (h *held) redeem(ticket Ticket, seq wire.Seq) (after []wire.Event, is bool) {
	from, is := h.asked[ticket]
	if !is {
		return nil, false
	}
	delete(h.asked, ticket)
	if is = from >= h.dropped; is {
		for _, event := range h.events {
			if event.Seq > seq {
				after = append(after, event)
			}
		}
	}
	h.letGo()
	return after, is
}

func (h *held) release(ticket Ticket) {
	delete(h.asked, ticket)
	h.letGo()
}

// void: everything asked before is void; numbers go on, so that an old ticket is never taken for a new one.
func (h *held) void() {
	clear(h.asked)
	h.letGo()
}

func (h *held) letGo() {
	needed := h.dropped + int64(len(h.events))
	for _, from := range h.asked {
		needed = min(needed, from)
	}
	if gone := needed - h.dropped; gone > 0 {
		h.events = append([]wire.Event(nil), h.events[gone:]...)
		h.dropped = needed
	}
}
