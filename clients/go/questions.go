// Questions: those of the application, and those that fill the store, one of a kind at a time.

package parloir

import (
	"context"

	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

// fillingMax is questions of the client itself that wait at once.
const fillingMax = 16

// QueryOption says how a question is asked.
type QueryOption func(*wire.QueryFrame)

// AtLeast has the answer include everything up to this seq, for example that of an accepted command.
func AtLeast(seq wire.Seq) QueryOption {
	return func(frame *wire.QueryFrame) { frame.AtLeast = &seq }
}

// Ask reads something and waits for the answer. Its error is a [QueryError], an [Ended], or that of the context.
//
//	page, err := parloir.Ask(ctx, client, wire.QueuePage{View: wire.View{Status: wire.StatusOpen}})
func Ask[A any](ctx context.Context, client *Client, query wire.Asks[A], options ...QueryOption) (answer A, err error) {
	value, err := client.Query(ctx, query, options...)
	if err != nil {
		return answer, err
	}
	return answer, value.Bind(&answer)
}

// Query is [Ask] for a query that is known only when the program runs; its answer is as it came.
func (c *Client) Query(ctx context.Context, query wire.Query, options ...QueryOption) (wire.Value, error) {
	return c.askAndWait(ctx, func(id int64) wire.Up {
		frame := wire.QueryFrame{ID: id, Query: query}
		for _, option := range options {
			option(&frame)
		}
		return frame
	})
}

// Refresh goes on with another token of the same agent, now and after every reconnect. Its error is a [QueryError], an
// [Ended], or that of the context.
func (c *Client) Refresh(ctx context.Context, token Token) error {
	err := c.refresh(ctx, token)
	if err == nil {
		c.locked(func() { c.tokens.put = true })
	}
	return err
}

func (c *Client) refresh(ctx context.Context, token Token) error {
	_, err := c.askAndWait(ctx, func(id int64) wire.Up { return wire.Refresh{ID: id, Token: token.Secret} })
	if err == nil {
		c.locked(func() {
			c.tokens.given = token
			c.tokens.schedule(c.now())
			c.stir()
		})
	}
	return err
}

type outcome struct {
	ok  wire.Value
	err error
}

func (c *Client) askAndWait(ctx context.Context, frame func(id int64) wire.Up) (wire.Value, error) {
	settled := make(chan outcome, 1)
	var key askKey
	c.locked(func() {
		c.lastID++
		key.id = c.lastID
		switch {
		case c.ended != nil:
			settled <- outcome{err: c.ended}
		case len(c.asks.byKey) >= asksMax:
			settled <- outcome{err: &QueryError{ownRefusal(CodeBusy, "too many questions wait")}}
		default:
			c.ask(&asking{
				key:     key,
				frame:   frame(key.id),
				done:    func(ok wire.Value) { settled <- outcome{ok: ok} },
				refused: func(refusal wire.ErrorBody) { settled <- outcome{err: &QueryError{Refusal{refusal}}} },
				ended:   func(ended *Ended) { settled <- outcome{err: ended} },
			})
		}
	})
	select {
	case outcome := <-settled:
		return outcome.ok, outcome.err
	case <-ctx.Done():
		c.locked(func() { c.asks.drop(key) })
		return wire.Value{}, ctx.Err()
	}
}

// fill asks for what the store lacks and is not asked for yet.
func (c *Client) fill() {
	if !c.welcomed {
		return
	}
	for _, wish := range c.store.Wishes(int(c.limits.PageRowsMax)) {
		if len(c.filling) >= fillingMax {
			return
		}
		if _, asked := c.filling[wish.Key()]; !asked {
			c.askFor(wish)
		}
	}
}

// forgetFilling: the store was emptied, what was asked for it is void.
func (c *Client) forgetFilling() {
	for _, id := range c.filling {
		c.asks.drop(askKey{id: id})
	}
	clear(c.filling)
}

func (c *Client) askFor(wish store.Wish) {
	c.lastID++
	id, key, ticket, seq := c.lastID, wish.Key(), c.store.Ask(), c.store.Seq()
	c.filling[key] = id
	settled := func(fold func()) {
		if c.filling[key] != id {
			c.store.Release(ticket)
			return
		}
		delete(c.filling, key)
		fold()
		c.changed()
	}
	c.ask(&asking{
		key:   askKey{id: id},
		frame: wire.QueryFrame{ID: id, AtLeast: &seq, Query: wish.Query()},
		done: func(ok wire.Value) {
			settled(func() {
				if err := c.foldAnswer(wish, ticket, ok); err != nil {
					refusal := ownRefusal(CodeInternal, "the answer cannot be read: "+err.Error())
					c.store.Refuse(wish, ticket, refusal.Body)
				}
			})
		},
		refused: func(refusal wire.ErrorBody) { settled(func() { c.store.Refuse(wish, ticket, refusal) }) },
		ended:   func(*Ended) { c.store.Release(ticket) },
	})
}

func (c *Client) foldAnswer(wish store.Wish, ticket store.Ticket, ok wire.Value) error {
	switch wish := wish.(type) {
	case store.PageWish:
		return folded(ok, func(page wire.Page) { c.store.FoldPage(ticket, wish, page) })
	case store.RowsWish:
		return folded(ok, func(answer wire.RowsAnswer) { c.store.FoldRows(ticket, wish, answer) })
	case store.ThreadWish:
		return folded(ok, func(page wire.TimelinePage) { c.store.FoldThread(ticket, wish, page) })
	case store.ContactWish:
		return folded(ok, func(answer wire.ContactAnswer) { c.store.FoldContact(ticket, answer) })
	default:
		return nil
	}
}

func folded[A any](ok wire.Value, fold func(A)) error {
	var answer A
	if err := ok.Bind(&answer); err != nil {
		return err
	}
	fold(answer)
	return nil
}
