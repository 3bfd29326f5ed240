// The timelines that are on screen. It hands each event to the one it is about.

package store

import "github.com/parloir/parloir/clients/go/wire"

type timelines struct {
	loaded map[wire.ConversationID]*timeline
	touch  touch
}

// open is a timeline to be loaded, or the one that is.
func (t *timelines) open(id wire.ConversationID) {
	if _, is := t.loaded[id]; !is {
		t.loaded[id] = &timeline{pending: map[wire.MessageID]plannedMessage{}}
	}
}

// clear: nothing is known any more; they are there to be loaded again.
func (t *timelines) clear() {
	for id := range t.loaded {
		t.begin(id)
	}
}

// begin puts an empty timeline in the place of what is known.
func (t *timelines) begin(id wire.ConversationID) {
	delete(t.loaded, id)
	t.open(id)
	t.touch(TopicThread(id))
}

func (t *timelines) fold(event wire.Event) {
	if len(t.loaded) == 0 {
		return
	}
	id := conversationOf(event)
	known, is := t.loaded[id]
	if !is {
		return
	}
	_, left := event.Data.(wire.ConversationLeft)
	_, entered := event.Data.(wire.ConversationEntered)
	switch {
	case left, entered && known.load.Loading == Refused:
		t.begin(id)
	case known.load.Loading == Ready && known.fold(event):
		t.touch(TopicThread(id))
	}
}
