// Values that change, as applications follow them: whoever follows one hears that it changed, never how often, and
// reads it when there is time. Nothing waits for a follower.

package parloir

import (
	"context"
	"sync"

	"github.com/parloir/parloir/clients/go/store"
)

// Watched is a value that can be read at any time and followed. It is held until Close.
type Watched[T any] struct {
	client *Client
	topic  store.Topic
	read   func() T
	leave  func()
	// changed has room for one sign.
	changed chan struct{}
	close   sync.Once
}

// board is who follows what.
type board struct {
	followers map[store.Topic]map[chan struct{}]bool
}

// tell signs to those who follow a topic.
func (b *board) tell(topic store.Topic) {
	for follower := range b.followers[topic] {
		select {
		case follower <- struct{}{}:
		default:
		}
	}
}

func (b *board) tellAll() {
	for topic := range b.followers {
		b.tell(topic)
	}
}

func (b *board) follow(topic store.Topic, follower chan struct{}) {
	if b.followers[topic] == nil {
		b.followers[topic] = map[chan struct{}]bool{}
	}
	b.followers[topic][follower] = true
}

func (b *board) leave(topic store.Topic, follower chan struct{}) {
	delete(b.followers[topic], follower)
	if len(b.followers[topic]) == 0 {
		delete(b.followers, topic)
	}
}

// watched follows a topic; take and leave, when given, hold what is read in the store.
func watched[T any](client *Client, topic store.Topic, read func() T, take, leave func()) *Watched[T] {
	made := &Watched[T]{client: client, topic: topic, read: read, leave: leave, changed: make(chan struct{}, 1)}
	client.locked(func() {
		client.holds[topic]++
		if take != nil && client.holds[topic] == 1 {
			take()
			client.changed()
		}
		client.board.follow(topic, made.changed)
	})
	return made
}

// Value is the value now.
func (w *Watched[T]) Value() (value T) {
	w.client.locked(func() { value = w.read() })
	return value
}

// Changed gets a sign after each change, or after several.
func (w *Watched[T]) Changed() <-chan struct{} { return w.changed }

// Next waits for a change and is the value then. Its error is that of the context, or an [Ended].
func (w *Watched[T]) Next(ctx context.Context) (T, error) {
	select {
	case <-w.changed:
		return w.Value(), nil
	default:
	}
	var none T
	select {
	case <-w.changed:
		return w.Value(), nil
	case <-w.client.over:
		return none, w.client.endedError()
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// Until waits for a value that fits, beginning with the one now. Its error is that of [Watched.Next].
func (w *Watched[T]) Until(ctx context.Context, fits func(T) bool) (T, error) {
	value := w.Value()
	for !fits(value) {
		var err error
		if value, err = w.Next(ctx); err != nil {
			return value, err
		}
	}
	return value, nil
}

// Close lets the value go.
func (w *Watched[T]) Close() {
	w.close.Do(func() {
		w.client.locked(func() {
			w.client.board.leave(w.topic, w.changed)
			if w.client.holds[w.topic]--; w.client.holds[w.topic] > 0 {
				return
			}
			delete(w.client.holds, w.topic)
			if w.leave != nil {
				w.leave()
			}
		})
	})
}
