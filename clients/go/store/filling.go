// What a screen opens, what the store then wants, and the answers that fill it. Answers that come too late change
// nothing: what is still wanted is asked for again.

package store

import "github.com/parloir/parloir/clients/go/wire"

// OpenQueue wants a queue.
func (s *Store) OpenQueue(view wire.View) {
	if _, is := s.rows.windows[Key(view)]; !is {
		s.touch(TopicQueue(s.rows.open(view).key))
	}
}

// CloseQueue lets a queue go; the one that snapshots bring stays.
func (s *Store) CloseQueue(view wire.View) {
	window, is := s.rows.windows[Key(view)]
	if is && window != s.first {
		s.rows.close(window)
		delete(s.values, TopicQueue(window.key))
	}
}

// ExtendQueue wants one more page of a queue; false when there is none.
func (s *Store) ExtendQueue(view wire.View) bool {
	window, is := s.rows.windows[Key(view)]
	if !is || window.next() == nil {
		return false
	}
	window.extending = true
	s.touch(TopicQueue(window.key))
	return true
}

// OpenThread wants a timeline.
func (s *Store) OpenThread(id wire.ConversationID) { s.timelines.open(id) }

// CloseThread lets a timeline go.
func (s *Store) CloseThread(id wire.ConversationID) {
	delete(s.timelines.loaded, id)
	delete(s.values, TopicThread(id))
}

// ExtendThread wants the page before the first line of a thread; false when there is none.
func (s *Store) ExtendThread(id wire.ConversationID) bool {
	timeline, is := s.timelines.loaded[id]
	if !is || timeline.load.Loading != Ready || !timeline.earlier {
		return false
	}
	timeline.extending = true
	s.touch(TopicThread(id))
	return true
}

// Pin keeps a conversation's row.
func (s *Store) Pin(id wire.ConversationID) { s.rows.pin(id, s.seq) }

// Unpin lets it go.
func (s *Store) Unpin(id wire.ConversationID) { s.rows.unpin(id) }

// OpenContact wants a card.
func (s *Store) OpenContact(id wire.ContactID) { s.contacts.open(id) }

// CloseContact lets a card go.
func (s *Store) CloseContact(id wire.ContactID) { delete(s.contacts.values, id) }

// Wishes is what is wanted now, at most idsMax rows in one question.
func (s *Store) Wishes(idsMax int) (wishes []Wish) {
	if !s.whole {
		return nil
	}
	for key, window := range s.rows.windows {
		if window.load.Loading == Awaited {
			wishes = append(wishes, PageWish{Queue: key, View: window.view})
		} else if next := window.next(); window.extending && next != nil {
			wishes = append(wishes, PageWish{key, window.view, next})
		}
	}
	if len(s.rows.missing) > 0 {
		wishes = append(wishes, RowsWish{s.rows.wanted(idsMax)})
	}
	for id, timeline := range s.timelines.loaded {
		if timeline.load.Loading == Awaited {
			wishes = append(wishes, ThreadWish{ID: id})
		} else if before := timeline.firstSeq(); timeline.extending && before > 0 {
			wishes = append(wishes, ThreadWish{id, before})
		}
	}
	for _, id := range s.contacts.wanted() {
		wishes = append(wishes, ContactWish{id})
	}
	return wishes
}

// Ask is called before a question whose answer will be folded: events are kept until it comes. It must ask for
// at_least [Store.Seq].
func (s *Store) Ask() Ticket { return s.held.ask() }

// Release: no answer will come.
func (s *Store) Release(ticket Ticket) { s.held.release(ticket) }

// Refuse takes a wish that the server refuses.
func (s *Store) Refuse(wish Wish, ticket Ticket, refusal wire.ErrorBody) {
	s.held.release(ticket)
	load := Load{Refused, &refusal}
	switch wish := wish.(type) {
	case RowsWish:
		s.rows.giveUp(wish.IDs)
	case ContactWish:
		s.contacts.refused(wish.ID, load)
	case PageWish:
		s.refusePage(wish, load)
	case ThreadWish:
		s.refuseThread(wish, load)
	}
}

func (s *Store) refusePage(wish PageWish, load Load) {
	window, is := s.rows.windows[wish.Queue]
	if !is {
		return
	}
	if wish.After == nil {
		window.load = load
	} else {
		window.stop()
	}
	s.touch(TopicQueue(wish.Queue))
}

func (s *Store) refuseThread(wish ThreadWish, load Load) {
	timeline, is := s.timelines.loaded[wish.ID]
	if !is {
		return
	}
	if wish.Before == 0 {
		timeline.load = load
	} else {
		timeline.earlier = false
	}
	timeline.extending = false
	s.touch(TopicThread(wish.ID))
}

// FoldRows takes the answer to missing rows.
func (s *Store) FoldRows(ticket Ticket, wish RowsWish, answer wire.RowsAnswer) {
	events, is := s.held.redeem(ticket, answer.Seq)
	if !is {
		return
	}
	s.rows.found(wish.IDs, answer.Rows, answer.Seq)
	s.again(events)
}

// FoldPage takes a page of a queue: the first one replaces what is known, the next one makes it longer.
func (s *Store) FoldPage(ticket Ticket, wish PageWish, page wire.Page) {
	events, is := s.held.redeem(ticket, page.Seq)
	window, open := s.rows.windows[wish.Queue]
	if !is || !open {
		return
	}
	window.extending = false
	s.touch(TopicQueue(wish.Queue))
	if wish.After == nil {
		window.clear()
	} else if next := window.next(); next == nil || *next != *wish.After {
		return
	}
	window.load = Load{Loading: Ready}
	s.rows.page(window, page.Rows, page.Next, page.Seq)
	s.again(events)
}

// FoldThread takes a page of a timeline.
func (s *Store) FoldThread(ticket Ticket, wish ThreadWish, page wire.TimelinePage) {
	events, is := s.held.redeem(ticket, page.Seq)
	timeline, open := s.timelines.loaded[wish.ID]
	if !is || !open {
		return
	}
	var own []wire.Event
	for _, event := range events {
		if left, is := event.Data.(wire.ConversationLeft); is && left.ConversationID == wish.ID {
			return
		}
		if _, entered := event.Data.(wire.ConversationEntered); !entered && conversationOf(event) == wish.ID {
			own = append(own, event)
		}
	}
	if wish.Before == 0 {
		timeline.begin(page)
		timeline.load = Load{Loading: Ready}
		for _, event := range own {
			timeline.fold(event)
		}
	} else {
		timeline.extend(wish.Before, page, own)
	}
	timeline.extending = false
	s.touch(TopicThread(wish.ID))
}

// FoldContact takes a card.
func (s *Store) FoldContact(ticket Ticket, answer wire.ContactAnswer) {
	s.held.release(ticket)
	s.contacts.put(answer.Contact)
}

func (s *Store) again(events []wire.Event) {
	for _, event := range events {
		s.rows.fold(event)
	}
	s.rows.trim()
}
