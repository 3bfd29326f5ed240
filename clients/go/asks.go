// What waits for an answer: commands, questions, open searches. Everything is sent again after a reconnect, with the
// same id, until it is answered or nobody waits any more. It owns the order and the bounds, not the socket, and is
// guarded by the client.

package parloir

import (
	"cmp"
	"slices"
	"time"

	"github.com/parloir/parloir/clients/go/wire"
)

const (
	// asksMax is asks that may wait at once; one more is refused.
	asksMax = 4_096
	// askAgain is until something that the server could not take now is sent again, where it names no time.
	askAgain = time.Second
)

// repeated is refusals after which the same thing is sent again.
var repeated = []Code{CodeBusy, CodeReadOnly, CodeUnavailable}

// askKey is a command's id, or the number of a question.
type askKey struct {
	command wire.CommandID
	id      int64
}

// asking is something to be answered.
type asking struct {
	key   askKey
	frame wire.Up
	// done takes an accepting reply, refused a refusal that repeating does not help, ended the end of the connection.
	done    func(ok wire.Value)
	refused func(refusal wire.ErrorBody)
	ended   func(ended *Ended)

	order int64
	// notBefore is when one that was put off may be sent again.
	notBefore time.Time
	sent      bool
}

// asks is all of them, in the order in which they were made.
type asks struct {
	byKey map[askKey]*asking
	// waiting is those that are not sent, in order.
	waiting     []*asking
	inFlight    int
	inFlightMax int
	orders      int64
}

func newAsks() asks {
	return asks{byKey: map[askKey]*asking{}, inFlightMax: int(wire.DefaultLimits().InFlightMax)}
}

func (a *asks) push(ask *asking) {
	a.drop(ask.key)
	a.orders++
	ask.order = a.orders
	a.byKey[ask.key] = ask
	a.waiting = append(a.waiting, ask)
}

// drop: nobody waits for it any more.
func (a *asks) drop(key askKey) {
	ask, is := a.byKey[key]
	if !is {
		return
	}
	delete(a.byKey, key)
	if ask.sent {
		a.inFlight--
		return
	}
	a.waiting = slices.DeleteFunc(a.waiting, func(other *asking) bool { return other == ask })
}

// lost: the connection was lost, what was not answered is sent again.
func (a *asks) lost() {
	a.waiting = a.waiting[:0]
	for _, ask := range a.byKey {
		ask.sent, ask.notBefore = false, time.Time{}
		a.waiting = append(a.waiting, ask)
	}
	slices.SortFunc(a.waiting, func(one, other *asking) int { return cmp.Compare(one.order, other.order) })
	a.inFlight = 0
}

// next is the first one that may be sent now; nil when there is none, and how long until there may be one (zero: when
// something happens).
func (a *asks) next(now time.Time) (*asking, time.Duration) {
	if a.inFlight >= a.inFlightMax {
		return nil, 0
	}
	var wait time.Duration
	for _, ask := range a.waiting {
		left := ask.notBefore.Sub(now)
		if left <= 0 {
			return ask, 0
		}
		if wait == 0 || left < wait {
			wait = left
		}
	}
	return nil, wait
}

// goes: it is being sent.
func (a *asks) goes(ask *asking) {
	ask.sent = true
	a.inFlight++
	a.waiting = slices.DeleteFunc(a.waiting, func(other *asking) bool { return other == ask })
}

// answered ends the ask that a reply answers, or puts it off.
func (a *asks) answered(reply wire.Reply, now time.Time) {
	key := askKey{command: reply.CommandID}
	if reply.ID != nil && reply.CommandID == "" {
		key.id = *reply.ID
	}
	ask, is := a.byKey[key]
	if !is {
		return
	}
	if pause := pauseAfter(reply.Error); pause > 0 && ask.sent {
		ask.sent, ask.notBefore = false, now.Add(pause)
		a.inFlight--
		a.waiting = append(a.waiting, ask)
		slices.SortFunc(a.waiting, func(one, other *asking) int { return cmp.Compare(one.order, other.order) })
		return
	}
	a.drop(key)
	if reply.Error != nil {
		ask.refused(*reply.Error)
	} else {
		ask.done(reply.Ok)
	}
}

// end: no answer will come any more.
func (a *asks) end(ended *Ended) {
	all := a.byKey
	*a = newAsks()
	for _, ask := range all {
		ask.ended(ended)
	}
}

// pauseAfter is until a refused thing is sent again; zero: it is not.
func pauseAfter(refusal *wire.ErrorBody) time.Duration {
	if refusal == nil || !refusal.Temporary {
		return 0
	}
	if refusal.RetryAfterMS != nil {
		return max(time.Millisecond, time.Duration(*refusal.RetryAfterMS)*time.Millisecond)
	}
	if slices.Contains(repeated, Code(refusal.Code)) {
		return askAgain
	}
	return 0
}
