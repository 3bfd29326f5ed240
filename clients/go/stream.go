// Events for programs that read them one after another, at their own speed. Each reader has a bounded buffer. While one
// is full the connection waits, unless somebody waits for an answer that stands behind the events; what does not even
// fit then is counted, and the reader is told how many are missing, in their place.

package parloir

import (
	"context"
	"iter"

	"github.com/parloir/parloir/clients/go/wire"
)

// eventsMax is unread events of one stream at which the connection waits. Twice as many are the most that is kept.
const eventsMax = 1_024

// told is an event, or how many are missing before the next one.
type told struct {
	event wire.Event
	gap   int
}

// Events is a stream of everything that happens, in order. It is for one goroutine at a time.
type Events struct {
	client  *Client
	max     int
	unread  []told
	dropped int
	over    error
	// ready has room for one sign that there is something to read.
	ready chan struct{}
}

// Events opens a stream of what happens from now on. Close it when it is not read any more: one that nobody reads makes
// the connection wait.
func (c *Client) Events() *Events {
	stream := &Events{client: c, max: c.options.EventsMax, ready: make(chan struct{}, 1)}
	c.locked(func() {
		if c.ended != nil {
			stream.over = c.ended
			return
		}
		c.streams[stream] = true
	})
	return stream
}

// Next waits for the next event. Its error is a [GapError] where events are missing (the stream goes on), an [Ended]
// after the last event, or that of the context.
func (e *Events) Next(ctx context.Context) (wire.Event, error) {
	for {
		next, err, is := e.take()
		if is {
			return next, err
		}
		select {
		case <-e.ready:
		case <-ctx.Done():
			return wire.Event{}, ctx.Err()
		}
	}
}

func (e *Events) take() (event wire.Event, err error, is bool) {
	e.client.locked(func() {
		switch {
		case len(e.unread) > 0:
			next := e.unread[0]
			e.unread = e.unread[1:]
			event, err, is = next.event, gapOf(next.gap), true
			if len(e.unread) == e.max-1 {
				e.client.roomAgain()
			}
		case e.dropped != 0:
			err, is = gapOf(e.dropped), true
			e.dropped = 0
		case e.over != nil:
			err, is = e.over, true
		}
	})
	return event, err, is
}

func gapOf(count int) error {
	if count == 0 {
		return nil
	}
	return &GapError{Dropped: count}
}

// All is the events one after another, until the loop is left, the context is done or the connection is over. A
// [GapError] comes in its place and the stream goes on; any other error is the last thing.
func (e *Events) All(ctx context.Context) iter.Seq2[wire.Event, error] {
	return func(yield func(wire.Event, error) bool) {
		defer e.Close()
		for {
			event, err := e.Next(ctx)
			_, gap := err.(*GapError)
			if !yield(event, err) || err != nil && !gap {
				return
			}
		}
	}
}

// Close ends the stream.
func (e *Events) Close() {
	e.client.locked(func() {
		e.unread, e.dropped = nil, 0
		e.end(&Ended{CloseLeft, "the stream was closed"})
		delete(e.client.streams, e)
		e.client.roomAgain()
	})
}

func (e *Events) full() bool { return len(e.unread) >= e.max }

func (e *Events) put(event wire.Event) {
	if len(e.unread) >= 2*e.max {
		e.miss(1)
		return
	}
	if e.dropped != 0 {
		e.unread = append(e.unread, told{gap: e.dropped})
		e.dropped = 0
	}
	e.unread = append(e.unread, told{event: event})
	e.sign()
}

// miss notes that events are missing here.
func (e *Events) miss(count int) {
	if count == UnknownCount || e.dropped == UnknownCount {
		e.dropped = UnknownCount
	} else {
		e.dropped += count
	}
	e.sign()
}

func (e *Events) end(over error) {
	if e.over == nil {
		e.over = over
	}
	e.sign()
}

func (e *Events) sign() {
	select {
	case e.ready <- struct{}{}:
	default:
	}
}

// mustWait is whether a stream is full and nobody waits for an answer behind its events.
func (c *Client) mustWait() bool {
	if len(c.asks.byKey) > 0 {
		return false
	}
	for stream := range c.streams {
		if stream.full() {
			return true
		}
	}
	return false
}

// roomAgain wakes the reading of the socket.
func (c *Client) roomAgain() {
	select {
	case c.room <- struct{}{}:
	default:
	}
}
