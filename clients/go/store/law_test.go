// The law: a snapshot at any place with the events after it folded in equals the snapshot at the end, with queues, pages
// and timelines asked for at any moment and answered late or early. A seed replays a run: PARLOIR_LAW_SEED.

package store_test

import (
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

const (
	pageRows = 3
	rowsMax  = 7
	// settleRounds is after how many rounds of answers a store that still wants something never has enough.
	settleRounds = 100
)

// seeds is those that are tried; more for a longer look: PARLOIR_LAW_RUNS.
func seeds(t *testing.T) (all []int64) {
	t.Helper()
	if seed, err := strconv.ParseInt(os.Getenv("PARLOIR_LAW_SEED"), 10, 64); err == nil {
		return []int64{seed}
	}
	runs, err := strconv.ParseInt(os.Getenv("PARLOIR_LAW_RUNS"), 10, 64)
	if err != nil {
		runs = 150
	}
	for seed := range runs {
		all = append(all, seed)
	}
	return all
}

func TestASnapshotAndWhatFollowsIsWhatIs(t *testing.T) {
	for _, seed := range seeds(t) {
		dice := rand.New(rand.NewSource(seed))
		views := []wire.View{someView(dice), someView(dice), someView(dice)}
		newRun(t, seed, dice, dice.Intn(2) == 0, rowsMax, views).follow()
	}
}

func TestAnAnswerThatIsAheadIsNeverSetBack(t *testing.T) {
	for _, seed := range seeds(t) {
		dice := rand.New(rand.NewSource(seed))
		newRun(t, seed, dice, false, 1_000, []wire.View{{}}).ahead()
	}
}

func TestARowThatWasAskedForBeforeItWasThereIsAskedForAgain(t *testing.T) {
	held := store.New(0)
	held.Begin(wire.View{})
	held.Fold(wire.Welcome{Agent: wire.Agent{AgentID: agent(1)}, Epoch: "0000000000000001"})
	held.Fold(wire.Snapshot{Last: true})
	id := conversation(1)
	held.Pin(id)
	ticket, wish := held.Ask(), store.RowsWish{IDs: []wire.ConversationID{id}}
	whose := address(1)
	header := wire.Header{ConversationID: id, Status: wire.StatusOpen, GroupID: group(0), ActivitySeq: 2, ActivityAt: at,
		Episode: 1}
	held.Fold(wire.Event{Seq: 2, At: at, Actor: wire.SystemActor{},
		Data: wire.ConversationStarted{Conversation: header, ChannelID: channel(1), Address: &whose}})
	held.FoldRows(ticket, wish, wire.RowsAnswer{Seq: 1})
	if !slices.ContainsFunc(held.Wishes(10), func(other store.Wish) bool { return reflect.DeepEqual(other, wish) }) {
		t.Fatalf("the answer from before knows nothing of its contact: %v", held.Wishes(10))
	}
}

func TestARowThatWentDoesNotComeBackByAPageFromBefore(t *testing.T) {
	held := store.New(0)
	held.Begin(wire.View{})
	held.Fold(wire.Welcome{Agent: wire.Agent{AgentID: agent(1)}, Epoch: "0000000000000001"})
	id, whose := conversation(1), address(1)
	row := wire.Row{Seq: 2, ChannelID: channel(1), Address: &whose, Conversation: wire.Header{ConversationID: id,
		Status: wire.StatusOpen, GroupID: group(0), ActivitySeq: 2, ActivityAt: at, Episode: 1}}
	held.Fold(wire.Snapshot{Last: true, Rows: []wire.Row{row}, Seq: 2})
	ticket, wish := held.Ask(), store.PageWish{Queue: store.Key(wire.View{})}
	held.Fold(wire.Event{Seq: 4, At: at, Actor: wire.SystemActor{}, Data: wire.ConversationLeft{ConversationID: id}})
	held.Fold(wire.Checkpoint{Seq: 5})
	held.Pin(id)
	held.FoldPage(ticket, wish, wire.Page{Rows: []wire.Row{row}, Seq: 3})
	if held.Row(id) != nil {
		t.Fatal("it is back")
	}
	missing := store.RowsWish{IDs: []wire.ConversationID{id}}
	if !slices.ContainsFunc(held.Wishes(10), func(other store.Wish) bool { return reflect.DeepEqual(other, missing) }) {
		t.Fatalf("nobody asks for it: %v", held.Wishes(10))
	}
}

type asked struct {
	wish   store.Wish
	ticket store.Ticket
	at     int
}

type run struct {
	t       *testing.T
	seed    int64
	dice    *rand.Rand
	limited bool
	rowsMax int
	worlds  []*world
	told    []told
	store   *store.Store
	views   []wire.View
	asked   []asked
	threads map[int]bool
}

func newRun(t *testing.T, seed int64, dice *rand.Rand, limited bool, rowsMax int, views []wire.View) *run {
	made := &run{t: t, seed: seed, dice: dice, limited: limited, rowsMax: rowsMax, views: views,
		worlds: []*world{newWorld()}, store: store.New(rowsMax), threads: map[int]bool{}}
	for range 20 + dice.Intn(80) {
		next := made.end().copy()
		made.told = append(made.told, next.act(dice))
		made.worlds = append(made.worlds, next)
	}
	return made
}

func (r *run) end() *world { return r.worlds[len(r.worlds)-1] }

func (r *run) follow() {
	start := r.dice.Intn(len(r.worlds))
	r.begin(start)
	for at := start; at < len(r.told); at++ {
		r.something(at)
		switch told := r.told[at]; {
		case !r.limited:
			r.store.Fold(told.all)
		case told.limited != nil:
			r.store.Fold(*told.limited)
		default:
			r.store.Fold(wire.Checkpoint{Seq: told.all.Seq})
		}
	}
	r.settle()
	r.compare()
}

func (r *run) ahead() {
	r.begin(0)
	view := r.views[0]
	page := r.end().page(view, false, nil, 1_000)
	r.store.FoldPage(r.store.Ask(), store.PageWish{Queue: store.Key(view), View: view}, page)
	threads := map[wire.ConversationID]wire.TimelinePage{}
	for _, row := range page.Rows {
		id := row.Conversation.ConversationID
		threads[id] = r.end().timeline(id, 0, 1_000)
		r.store.OpenThread(id)
		r.store.FoldThread(r.store.Ask(), store.ThreadWish{ID: id}, threads[id])
	}
	for _, told := range r.told {
		r.store.Fold(told.all)
		about := fmt.Sprintf("event %d", told.all.Seq)
		r.same(rowsOf(r.store.Queue(view)), page.Rows, about)
		for id, lines := range threads {
			thread := r.store.Thread(id)
			r.same(thread.Lines, lines.Items, about)
			r.same(thread.Pending, lines.Pending, about)
		}
	}
}

func (r *run) begin(start int) {
	first := r.views[0]
	r.store.Begin(first)
	r.store.Fold(wire.Welcome{Agent: wire.Agent{AgentID: agent(1)}, Epoch: "0000000000000001"})
	page := r.worlds[start].page(first, r.limited, nil, pageRows)
	r.store.Fold(wire.Snapshot{Last: true, Seq: page.Seq, Rows: page.Rows, Next: page.Next})
	for _, other := range r.views[1:] {
		r.store.OpenQueue(other)
	}
}

// something asks for something or answers something, or neither.
func (r *run) something(at int) {
	switch r.dice.Intn(6) {
	case 0:
		r.wish()
		r.ask(at)
	case 1:
		if len(r.asked) > 0 {
			index := r.dice.Intn(len(r.asked))
			asked := r.asked[index]
			r.asked = slices.Delete(r.asked, index, index+1)
			r.answer(asked.wish, asked.ticket, asked.at, at)
		}
	}
}

// wish is what an application does: it scrolls, and opens and closes conversations.
func (r *run) wish() {
	n := r.dice.Intn(conversations) + 1
	switch r.dice.Intn(5) {
	case 0, 1:
		r.store.ExtendQueue(r.views[r.dice.Intn(len(r.views))])
	case 2:
		r.store.OpenThread(conversation(n))
		r.store.Pin(conversation(n))
		r.threads[n] = true
	case 3:
		r.store.ExtendThread(conversation(n))
	default:
		r.store.CloseThread(conversation(n))
		r.store.Unpin(conversation(n))
		delete(r.threads, n)
	}
}

// wishes is those of the store in an order of their own, so that a seed replays a run.
func (r *run) wishes() []store.Wish {
	wishes := r.store.Wishes(pageRows)
	slices.SortFunc(wishes, func(a, b store.Wish) int {
		if fmt.Sprint(a.Key(), a.Query()) < fmt.Sprint(b.Key(), b.Query()) {
			return -1
		}
		return 1
	})
	return wishes
}

func (r *run) ask(at int) {
	wishes := slices.DeleteFunc(r.wishes(), func(wish store.Wish) bool {
		return slices.ContainsFunc(r.asked, func(asked asked) bool { return reflect.DeepEqual(asked.wish, wish) })
	})
	if len(wishes) > 0 {
		r.asked = append(r.asked, asked{wishes[r.dice.Intn(len(wishes))], r.store.Ask(), at})
	}
}

// answer may be older than the store, as old as the question, or newer than the store.
func (r *run) answer(wish store.Wish, ticket store.Ticket, from, at int) {
	asOf := from + r.dice.Intn(at-from+1)
	if r.dice.Intn(2) == 0 {
		asOf += r.dice.Intn(len(r.worlds) - at)
	}
	world := r.worlds[min(asOf, len(r.worlds)-1)]
	switch wish := wish.(type) {
	case store.RowsWish:
		r.store.FoldRows(ticket, wish, world.someRows(wish.IDs, r.limited))
	case store.PageWish:
		r.store.FoldPage(ticket, wish, world.page(wish.View, r.limited, wish.After, pageRows))
	case store.ThreadWish:
		if !world.sees(wish.ID, r.limited) {
			r.store.Refuse(wish, ticket, wire.ErrorBody{Code: "conversation_not_found"})
			return
		}
		r.store.FoldThread(ticket, wish, world.timeline(wish.ID, wish.Before, pageRows))
	default:
		r.t.Fatalf("seed %d: nobody asked for %v", r.seed, wish)
	}
}

// settle: every answer comes, and whatever is still wanted is asked for.
func (r *run) settle() {
	end := len(r.told)
	for _, asked := range r.asked {
		r.answer(asked.wish, asked.ticket, asked.at, end)
	}
	for range settleRounds {
		wishes := r.wishes()
		if len(wishes) == 0 {
			return
		}
		for _, wish := range wishes {
			r.answer(wish, r.store.Ask(), end, end)
		}
	}
	r.t.Fatalf("seed %d: it never has enough: %v", r.seed, r.wishes())
}

func (r *run) compare() {
	for _, view := range r.views {
		r.compareQueue(view)
	}
	for n := range r.threads {
		id := conversation(n)
		thread := r.store.Thread(id)
		// A conversation that was asked for before it was there is refused until it enters.
		if !r.end().sees(id, r.limited) || thread.Load.Loading == store.Refused {
			continue
		}
		lines := r.end().timeline(id, 0, 1_000).Items
		if len(thread.Lines) > 0 {
			lines = slices.DeleteFunc(lines, func(line wire.Line) bool { return line.Seq < thread.Lines[0].Seq })
		}
		r.same(thread.Lines, lines, string(id))
		r.same(thread.Pending, r.end().planned(id), string(id))
		row, _ := r.end().row(id)
		r.same(*r.store.Row(id), row, "pinned "+string(id))
	}
}

func (r *run) compareQueue(view wire.View) {
	queue := r.store.Queue(view)
	rows := rowsOf(queue)
	if queue.Load.Loading != store.Ready || len(rows) > r.rowsMax {
		r.t.Fatalf("seed %d: %v has %d rows and is %v", r.seed, view, len(rows), queue.Load)
	}
	expected := r.end().queue(view, r.limited)
	if !queue.Whole {
		// A window whose rows all left it is empty above its bound; nothing more can be said of it.
		if len(rows) == 0 {
			return
		}
		bound, _ := placeOf(view, rows[len(rows)-1])
		expected = slices.DeleteFunc(expected, func(row wire.Row) bool {
			place, _ := placeOf(view, row)
			return place > bound
		})
	}
	r.same(rows, expected, fmt.Sprint(view))
}

func (r *run) same(found, expected any, about string) {
	r.t.Helper()
	if reflect.ValueOf(found).Kind() == reflect.Slice && reflect.ValueOf(found).Len() == 0 {
		if reflect.ValueOf(expected).Len() == 0 {
			return
		}
	}
	if !reflect.DeepEqual(found, expected) {
		r.t.Fatalf("seed %d, %s:\n%+v\nexpected\n%+v", r.seed, about, found, expected)
	}
}

func rowsOf(queue store.Queue) []wire.Row {
	rows := make([]wire.Row, len(queue.Rows))
	for index, row := range queue.Rows {
		rows[index] = *row
	}
	return rows
}

func someView(dice *rand.Rand) (view wire.View) {
	some := func(of int) bool { return dice.Intn(of) == 0 }
	if some(2) {
		view.Status = wire.StatusOpen
	}
	if some(4) {
		view.GroupID = group(0)
	}
	if some(4) {
		view.Assignee = wire.Mine{}
	} else if some(4) {
		view.Assignee = wire.Nobodys{}
	}
	if some(4) {
		view.Unread = wire.Some(true)
	}
	if some(4) {
		view.ChannelID = channel(1)
	}
	view.Order = wire.OrderActivity
	if some(3) {
		view.Order = wire.OrderWaiting
	}
	return view
}
