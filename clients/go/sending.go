// What goes up a connection once it is welcome, and when: answers to pings first, then what is told, then what asks,
// within the rate. It also leaves a server that is silent.

package parloir

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coder/websocket"

	"github.com/parloir/parloir/clients/go/wire"
)

// lookAgain is the longest that nothing is looked at.
const lookAgain = time.Second

// send writes what is to be sent until the connection ends.
func (c *Client) send(ctx context.Context, connection *websocket.Conn) {
	defer c.group.Done()
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	for {
		frame, wait := c.nextFrame(connection)
		if frame == nil {
			timer.Reset(wait)
			select {
			case <-c.wake:
			case <-timer.C:
			case <-ctx.Done():
				return
			}
			continue
		}
		if err := c.writeBytes(ctx, connection, frame); err != nil {
			c.locked(func() {
				if c.connection == connection {
					c.stop(errors.Join(errors.New("a frame could not be written"), err))
				}
			})
			return
		}
	}
}

func (c *Client) write(ctx context.Context, connection *websocket.Conn, frame wire.Up) error {
	return c.writeBytes(ctx, connection, wire.WriteUp(c.options.Codec, frame))
}

func (c *Client) writeBytes(ctx context.Context, connection *websocket.Conn, frame []byte) error {
	ctx, done := context.WithTimeout(ctx, writeTime)
	defer done()
	kind := websocket.MessageBinary
	if c.options.Codec == wire.JSON {
		kind = websocket.MessageText
	}
	return connection.Write(ctx, kind, frame)
}

// nextFrame is what is to be sent now, as it is written; nil when there is nothing, and how long until it is to be
// looked at again.
func (c *Client) nextFrame(connection *websocket.Conn) (frame []byte, wait time.Duration) {
	defer c.tellOutbox()
	c.locked(func() {
		if c.connection != connection {
			wait = lookAgain
			return
		}
		now := c.now()
		if c.pong {
			c.pong = false
			frame = wire.WriteUp(c.options.Codec, wire.Pong{})
			return
		}
		wait = sooner(lookAgain, c.renewSignals(now))
		wait = sooner(wait, c.reopenWatches(now))
		wait = sooner(wait, c.renewToken(now))
		wait = sooner(wait, c.leaveSilent(now))
		var later time.Duration
		frame, later = c.nextWithinRate(now)
		wait = sooner(wait, later)
	})
	return frame, max(wait, time.Millisecond)
}

func (c *Client) nextWithinRate(now time.Time) ([]byte, time.Duration) {
	if len(c.outgoing) > 0 {
		if wait := c.pace.take(now); wait > 0 {
			return nil, wait
		}
		frame := c.outgoing[0]
		c.outgoing = c.outgoing[1:]
		return wire.WriteUp(c.options.Codec, frame), 0
	}
	for {
		ask, wait := c.asks.next(now)
		if ask == nil {
			return nil, wait
		}
		frame := wire.WriteUp(c.options.Codec, ask.frame)
		if refusal := c.tooLarge(len(frame)); refusal != nil {
			// It would end the connection.
			c.asks.drop(ask.key)
			ask.refused(refusal.Body)
			continue
		}
		if wait := c.pace.take(now); wait > 0 {
			return nil, wait
		}
		c.asks.goes(ask)
		return frame, 0
	}
}

// tooLarge is why a frame of so many bytes is not sent; nil when it is.
func (c *Client) tooLarge(bytes int) *Refusal {
	limit := c.limits.FrameBytesMax
	if int64(bytes) <= limit {
		return nil
	}
	refusal := ownRefusal(CodeFrameTooLarge, fmt.Sprintf("%d bytes, %d at most", bytes, limit))
	refusal.Body.Details = wire.MapOf(map[string]any{"max": limit, "actual": bytes})
	return &refusal
}

func (c *Client) reopenWatches(now time.Time) (wait time.Duration) {
	for _, open := range c.watches {
		if open.again.IsZero() {
			continue
		}
		if left := open.again.Sub(now); left > 0 {
			wait = sooner(wait, left)
		} else {
			c.askWatch(open)
		}
	}
	return wait
}

// renewToken asks for another token before the one in use ends. One that cannot be had now is asked for at the next
// connection.
func (c *Client) renewToken(now time.Time) time.Duration {
	if c.tokens.due.IsZero() || c.tokens.renewing {
		return 0
	}
	if left := c.tokens.due.Sub(now); left > 0 {
		return left
	}
	c.tokens.due, c.tokens.renewing = time.Time{}, true
	c.group.Add(1)
	go func() {
		defer c.group.Done()
		token, err := c.options.Token(c.context)
		if err == nil {
			// What the server refuses ends the connection in its time, and the next one asks again.
			_ = c.refresh(c.context, token)
		}
		c.locked(func() { c.tokens.renewing = false })
	}()
	return 0
}

func (c *Client) leaveSilent(now time.Time) time.Duration {
	if c.paused || c.stop == nil {
		return 0
	}
	left := c.seen.Add(c.silentAfter()).Sub(now)
	if left <= 0 {
		c.stop(errSilent)
		return 0
	}
	return left
}
