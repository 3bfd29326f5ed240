// Searches that stay open: each is asked for once on every connection, its changes are folded while it stands there, and
// it ends when it is closed.

package parloir

import (
	"fmt"
	"slices"
	"time"

	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

// watchAgain is until a search that stood before a reconnect, and cannot be opened just now, is asked for again.
const watchAgain = time.Second

// Found is the list of an open search.
type Found struct {
	Load store.Load
	// Hits are the best first.
	Hits []wire.Hit
	// Total is how many match, when they are counted.
	Total *wire.Total
	// Building is there while hits may be missing.
	Building *wire.Building
	// Seq: the list holds everything up to here.
	Seq wire.Seq
}

// openWatch is a search that is open.
type openWatch struct {
	id     int64
	search wire.SearchConversations
	found  Found
	// stands is whether changes are folded: its reply came on this connection.
	stands bool
	// again is when it is asked for again; zero: never.
	again time.Time
	topic store.Topic
}

// Watch keeps a search open until its Close; the list survives reconnects. A search that the server refuses has the
// load [store.Refused].
func (c *Client) Watch(search wire.SearchConversations) *Watched[Found] {
	open := &openWatch{search: search}
	c.locked(func() {
		c.lastID++
		open.id = c.lastID
		open.topic = store.Topic(fmt.Sprintf("watch %d", open.id))
	})
	return watched(c, open.topic, func() Found { return open.found },
		func() {
			c.watches[open.id] = open
			if c.ended != nil {
				c.failWatch(open, refusalOf(c.ended))
				return
			}
			c.askWatch(open)
		},
		func() { c.closeWatch(open) })
}

// foldChange is the list that a change speaks of: what left or moves is taken away, then what came or moved is put in
// its place.
func foldChange(hits []wire.Hit, change wire.Change, limit int) []wire.Hit {
	gone := map[wire.HitID]bool{}
	for _, id := range change.Removed {
		gone[id] = true
	}
	for _, placed := range change.Moved {
		gone[placed.Hit.ID()] = true
	}
	list := make([]wire.Hit, 0, len(hits)+len(change.Added))
	for _, hit := range hits {
		if !gone[hit.ID()] {
			list = append(list, hit)
		}
	}
	placed := slices.Concat(change.Added, change.Moved)
	slices.SortStableFunc(placed, func(a, b wire.Placed) int { return a.At - b.At })
	for _, one := range placed {
		list = slices.Insert(list, min(one.At, len(list)), one.Hit)
	}
	return list[:min(len(list), limit)]
}

// foldWatch folds a change; one of a search that does not stand on this connection is dropped.
func (c *Client) foldWatch(change wire.Change) {
	open, is := c.watches[change.ID]
	if !is || !open.stands {
		return
	}
	open.found = Found{store.Load{Loading: store.Ready}, foldChange(open.found.Hits, change, c.limitOf(open)),
		change.Total, change.Building, change.Seq}
	c.board.tell(open.topic)
}

func (c *Client) limitOf(open *openWatch) int {
	if open.search.Limit != nil {
		return int(*open.search.Limit)
	}
	return int(c.limits.PageRows)
}

// lostWatches: the connection was lost, what stood there is asked for again.
func (c *Client) lostWatches() {
	for _, open := range c.watches {
		if open.stands {
			open.stands = false
			c.askWatch(open)
		}
	}
}

func (c *Client) askWatch(open *openWatch) {
	open.again = time.Time{}
	c.ask(&asking{
		key:   askKey{id: open.id},
		frame: wire.WatchFrame{ID: open.id, Query: open.search},
		done: func(ok wire.Value) {
			var found wire.ConversationsFound
			if err := ok.Bind(&found); err != nil {
				c.failWatch(open, refusalOf(err))
				return
			}
			open.stands = true
			hits := found.Hits[:min(len(found.Hits), c.limitOf(open))]
			open.found = Found{store.Load{Loading: store.Ready}, hits, found.Total, found.Building, found.Seq}
			c.board.tell(open.topic)
		},
		refused: func(refusal wire.ErrorBody) {
			if open.found.Load.Loading == store.Ready && refusal.Temporary {
				open.again = c.now().Add(watchAgain)
				return
			}
			c.failWatch(open, refusal)
		},
		ended: func(ended *Ended) { c.failWatch(open, refusalOf(ended)) },
	})
}

func refusalOf(err error) wire.ErrorBody {
	return wire.ErrorBody{Code: string(CodeUnavailable), Message: err.Error()}
}

func (c *Client) failWatch(open *openWatch, refusal wire.ErrorBody) {
	delete(c.watches, open.id)
	open.found.Load = store.Load{Loading: store.Refused, Error: &refusal}
	c.board.tell(open.topic)
}

func (c *Client) closeWatch(open *openWatch) {
	if _, is := c.watches[open.id]; !is {
		return
	}
	delete(c.watches, open.id)
	c.asks.drop(askKey{id: open.id})
	// A watch whose reply is still due stands at the server as well.
	c.tell(wire.Unwatch{ID: open.id})
}
