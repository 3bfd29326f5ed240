// What each frame of the server means to the connection, before and after it is folded. It reads no socket.

package parloir

import (
	"time"

	"github.com/parloir/parloir/clients/go/wire"
)

// take takes one frame.
func (c *Client) take(frame wire.Down) {
	c.locked(func() {
		c.seen = c.now()
		c.note(frame)
		c.changed()
	})
	c.tellOutbox()
}

// tellOutbox tells the outbox store what it is to know, once the client is not guarded any more.
func (c *Client) tellOutbox() {
	c.telling.Lock()
	defer c.telling.Unlock()
	var done []wire.CommandID
	var named []Entry
	c.locked(func() {
		done, c.removals = c.removals, nil
		named, c.named = c.named, nil
	})
	for _, entry := range named {
		// What could not be written again waits for a decision in the next run.
		_ = c.options.Outbox.Put(entry)
	}
	for _, id := range done {
		// What could not be removed is sent again by the next run, and answered as before.
		_ = c.options.Outbox.Remove(id)
	}
}

func (c *Client) note(frame wire.Down) {
	switch frame := frame.(type) {
	case wire.Welcome:
		c.noteWelcome(frame)
	case wire.Snapshot:
		c.store.Fold(frame)
		if frame.Last {
			c.position.snapshot(frame.Seq)
			c.followed = true
			c.setState(State{Phase: Live})
		}
	case wire.Event:
		c.noteEvent(frame)
	case wire.Checkpoint:
		c.position.reached(frame.Cursor, frame.Seq)
		c.store.Fold(frame)
	case wire.Ping:
		c.position.reached(frame.Cursor, 0)
		c.pong = true
		c.stir()
	case wire.Reset:
		c.position = position{}
		c.forgetFilling()
		c.store.Fold(frame)
	case wire.Goodbye:
		c.goodbye = &frame
	case wire.Reply:
		c.asks.answered(frame, c.now())
		c.stir()
	case wire.Change:
		c.foldWatch(frame)
	case wire.SignalDown, wire.CountersFrame:
		c.store.Fold(frame)
	case wire.UnknownFrame:
	}
}

func (c *Client) noteEvent(event wire.Event) {
	if !c.position.advance(event.Seq) {
		return
	}
	c.store.Fold(event)
	for stream := range c.streams {
		stream.put(event)
	}
}

func (c *Client) noteWelcome(welcome wire.Welcome) {
	now := c.now()
	c.welcomed, c.renewed = true, false
	c.limits = welcome.Limits
	c.pace = newPace(c.limits.FramesPerSecond, c.limits.FramesBurst, now)
	c.asks.inFlightMax = int(max(1, c.limits.InFlightMax))
	c.options.Backoff.reset()
	if !welcome.Resumed {
		c.position.offer(welcome.Cursor, welcome.Seq)
		c.forgetFilling()
		if c.followed {
			for stream := range c.streams {
				stream.miss(UnknownCount)
			}
		}
	}
	c.store.Fold(welcome)
	c.me = welcome.Agent.AgentID
	c.tokens.schedule(now)
	c.nameKept()
	c.takeRestored()
	c.sayAgain()
	if welcome.Resumed {
		c.setState(State{Phase: Live})
	}
}

// silentAfter is how long a server may say nothing.
func (c *Client) silentAfter() time.Duration {
	return time.Duration(c.limits.HeartbeatMS+c.limits.PongTimeoutMS) * time.Millisecond
}
