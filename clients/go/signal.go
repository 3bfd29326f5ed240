// What this agent says of itself, renewed before it ends. It repeats nothing that still holds.

package parloir

import (
	"time"

	"github.com/parloir/parloir/clients/go/wire"
)

const (
	// signalsMax: an agent is seen in no more conversations; the oldest gives way.
	signalsMax = 16
	// signalRenewals: a signal is renewed after this part of its life.
	signalRenewals = 2
)

type said struct {
	doing   wire.Doing
	renewed time.Time
}

// Signal tells colleagues what this agent does there, and renews it until something else is said. It may be called at
// each key: what holds already is not told again. Say [wire.Nothing] when leaving.
func (c *Client) Signal(id wire.ConversationID, doing wire.Doing) {
	lasting := doing
	if doing == wire.TakingOver {
		lasting = wire.Typing
	}
	c.locked(func() {
		before, is := c.said[id]
		if doing != wire.TakingOver && (is && before.doing == lasting || !is && doing == wire.Nothing) {
			return
		}
		delete(c.said, id)
		if doing != wire.Nothing {
			c.keepSaying(id, lasting)
		}
		c.tell(wire.SignalUp{ConversationID: id, Doing: doing})
	})
}

func (c *Client) keepSaying(id wire.ConversationID, doing wire.Doing) {
	if len(c.said) >= signalsMax {
		oldest := id
		for other, said := range c.said {
			if known, is := c.said[oldest]; !is || said.renewed.Before(known.renewed) {
				oldest = other
			}
		}
		delete(c.said, oldest)
	}
	c.said[id] = said{doing, c.now()}
}

// sayAgain: a connection stands, everything that holds is said there.
func (c *Client) sayAgain() {
	for id, said := range c.said {
		c.tell(wire.SignalUp{ConversationID: id, Doing: said.doing})
	}
}

// renewSignals says again what would end soon; how long until the next one would (zero: nothing is said).
func (c *Client) renewSignals(now time.Time) (wait time.Duration) {
	for id, said := range c.said {
		life := c.limits.TypingMS
		if said.doing == wire.Viewing {
			life = c.limits.ViewingMS
		}
		left := said.renewed.Add(time.Duration(life) * time.Millisecond / signalRenewals).Sub(now)
		if left <= 0 {
			said.renewed = now
			c.said[id] = said
			c.tell(wire.SignalUp{ConversationID: id, Doing: said.doing})
			continue
		}
		wait = sooner(wait, left)
	}
	return wait
}

// sooner is the shorter of two waits; zero is none.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
