// The law against the real server: two agents work, one of them over a network that is cut again and again, and in the
// end its picture is that of a client that has just come.

package parloir_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"sync"
	"testing"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

const (
	steps   = 60
	cuts    = 8
	lawTime = 90 * time.Second
	// shownLines is how many lines are compared: one that came later begins with another page.
	shownLines = 40
)

var lawViews = []wire.View{
	{Status: wire.StatusOpen},
	{Order: wire.OrderActivity},
	{Status: wire.StatusOpen, Order: wire.OrderWaiting},
	{Assignee: wire.Mine{}},
	{Unread: wire.Some(true)},
}

// screen is everything that is shown.
type screen struct {
	client  *parloir.Client
	queues  []*parloir.Queue
	threads []*parloir.Thread
}

func newScreen(client *parloir.Client, ids []wire.ConversationID) *screen {
	made := &screen{client: client}
	for _, view := range lawViews {
		made.queues = append(made.queues, client.Queue(view))
	}
	for _, id := range ids {
		made.threads = append(made.threads, client.Thread(id))
	}
	return made
}

func (s *screen) awaitReady(ctx context.Context) error {
	for _, queue := range s.queues {
		if _, err := queue.Until(ctx, func(queue store.Queue) bool { return queue.Load.Loading == store.Ready }); err != nil {
			return err
		}
	}
	for _, thread := range s.threads {
		if _, err := thread.Until(ctx, ready); err != nil {
			return err
		}
	}
	return nil
}

// picture is what both screens show.
type shown struct {
	Rows      [][]wire.Row
	Lines     [][]wire.Line
	Pending   [][]wire.Message
	Counters  []wire.Counters
	Directory store.Directory
}

func (s *screen) picture(other *screen) (made shown) {
	for index, queue := range s.queues {
		mine, theirs := queue.Value(), other.queues[index].Value()
		shared := len(mine.Rows)
		if !mine.Whole || !theirs.Whole {
			shared = min(shared, len(theirs.Rows))
		}
		rows := []wire.Row{}
		for _, row := range mine.Rows[:shared] {
			rows = append(rows, *row)
		}
		made.Rows = append(made.Rows, rows)
	}
	for _, thread := range s.threads {
		value := thread.Value()
		made.Lines = append(made.Lines, value.Lines[max(0, len(value.Lines)-shownLines):])
		made.Pending = append(made.Pending, value.Pending)
	}
	s.client.Read(func(store *store.Store) {
		made.Counters, made.Directory = store.CountersByGroup(), *store.Directory()
	})
	// A count is as of the last change that its client heard of.
	for index := range made.Counters {
		made.Counters[index].Seq = 0
	}
	return made
}

func (s *screen) close() {
	for _, queue := range s.queues {
		queue.Close()
	}
	for _, thread := range s.threads {
		thread.Close()
	}
}

func TestTheLawHoldsOverCutSockets(t *testing.T) {
	demo := startDemo(t)
	for name, codec := range map[string]wire.Codec{"msgpack": wire.MessagePack, "json": wire.JSON} {
		t.Run(name, func(t *testing.T) { holds(t, demo.of(t), codec) })
	}
}

func holds(t *testing.T, demo *demo, codec wire.Codec) {
	cutter := newCutter(t, demo.URL)
	lea := demo.join(0, parloir.Options{URL: cutter.url(), Codec: codec})
	thomas := demo.join(1, parloir.Options{Codec: codec})
	page, err := parloir.Ask(within(t), thomas, wire.QueuePage{Limit: wire.Some(int64(6))})
	if err != nil {
		t.Fatal(err)
	}
	var ids []wire.ConversationID
	for _, row := range page.Rows {
		ids = append(ids, row.Conversation.ConversationID)
	}
	screen := newScreen(lea, ids)
	defer screen.close()
	once := everyEventOnce(t, lea)
	before := cutter.count()
	sent := work(t, demo, []*parloir.Client{lea, thomas}, ids, cutter)
	settled(t, demo, screen, ids, codec)
	once()
	if made := cutter.count() - before; made < cuts {
		t.Errorf("%d connections after %d cuts", made, cuts)
	}
	for text, times := range texts(t, thomas, ids, sent) {
		if times != 1 {
			t.Errorf("'%s' stands %d times", text, times)
		}
	}
}

// everyEventOnce reads events until the returned function is called, and says which came twice.
func everyEventOnce(t *testing.T, client *parloir.Client) (stop func()) {
	events := client.Events()
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		last := wire.Seq(0)
		for event, err := range events.All(ctx) {
			if errors.Is(err, context.Canceled) {
				return
			}
			if err != nil || event.Seq <= last {
				t.Errorf("after %d came %d, %v", last, event.Seq, err)
			}
			last = event.Seq
		}
	}()
	return func() {
		cancel()
		group.Wait()
	}
}

// work: both agents and customers do things while the network of one of them is cut. It gives the texts that were sent.
func work(t *testing.T, demo *demo, agents []*parloir.Client, ids []wire.ConversationID, cutter *cutter) []string {
	ctx, done := context.WithTimeout(context.Background(), lawTime)
	defer done()
	var (
		group sync.WaitGroup
		sent  []string
	)
	do := func(who *parloir.Client, command wire.Command) {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := who.Do(ctx, command); err != nil && !errors.Is(err, parloir.CodeAlreadyClaimed) {
				t.Errorf("%s: %v", wire.NameOf(command), err)
			}
		}()
	}
	for step := range steps {
		id, who := ids[step%len(ids)], agents[step%len(agents)]
		text := fmt.Sprintf("%d %v", step, rand.Float64())
		switch step % 5 {
		case 0:
			if err := demo.customer(fmt.Sprintf("+3363998%d", 2000+step), text, text); err != nil {
				t.Error(err)
			}
		case 1:
			do(who, wire.ConversationClose{ConversationID: id})
		case 2:
			do(who, wire.ConversationClaim{ConversationID: id})
		default:
			sent = append(sent, text)
			do(who, wire.MessageSend{ConversationID: id, Text: &text})
		}
		if step%(steps/cuts) == 3 {
			accepted := cutter.count()
			cutter.cut()
			until(t, "back", func() bool {
				return cutter.count() > accepted && agents[0].State().Phase == parloir.Live
			})
		}
	}
	group.Wait()
	return sent
}

// settled waits until the picture is that of a client that has just come.
func settled(t *testing.T, demo *demo, screen *screen, ids []wire.ConversationID, codec wire.Codec) {
	end := time.Now().Add(lawTime)
	for {
		fresh := demo.join(0, parloir.Options{Codec: codec})
		other := newScreen(fresh, ids)
		if err := errors.Join(other.awaitReady(within(t)), screen.awaitReady(within(t))); err != nil {
			t.Fatal(err)
		}
		mine, theirs := screen.picture(other), other.picture(screen)
		same := reflect.DeepEqual(mine, theirs)
		other.close()
		fresh.Close()
		if same {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%+v\nexpected\n%+v", mine, theirs)
		}
	}
}

// texts is how often each sent text stands in these conversations.
func texts(t *testing.T, client *parloir.Client, ids []wire.ConversationID, sent []string) map[string]int {
	times := map[string]int{}
	for _, text := range sent {
		times[text] = 0
	}
	for _, id := range ids {
		ask := wire.ConversationTimeline{ConversationID: id, Limit: wire.Some(int64(200))}
		page, err := parloir.Ask(within(t), client, ask)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Items {
			item, is := line.Item.(wire.ItemMessage)
			if !is || item.Message.Text == nil {
				continue
			}
			if _, own := times[*item.Message.Text]; own {
				times[*item.Message.Text]++
			}
		}
	}
	return times
}
