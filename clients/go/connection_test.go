// What a client does over connections that end in every way: it comes back or stays away, sends again, tells gaps, and
// leaves nothing behind.

package parloir_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

// greeting welcomes whoever says hello, each time at a seq, and leaves the rest to answer.
func greeting(answer func(line *line, frame wire.Up)) func(line *line, frame wire.Up) {
	return func(line *line, frame wire.Up) {
		hello, is := frame.(wire.Hello)
		switch {
		case is && hello.Resume != nil:
			line.resume(1)
		case is:
			line.welcome(1, nil)
		case answer != nil:
			answer(line, frame)
		}
	}
}

func accept(line *line, frame wire.Up) {
	if command, is := frame.(wire.CommandFrame); is {
		line.say(wire.Reply{CommandID: command.CommandID, Ok: wire.MapOf(map[string]any{"seq": 7})})
	}
}

func TestACutClientGoesOnWhereItWas(t *testing.T) {
	peer := newPeer(t, greeting(nil))
	client := peer.connect(parloir.Options{})
	if err := client.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	events := client.Events()
	defer events.Close()
	peer.lines[0].say(happened(2), happened(3), wire.Checkpoint{Seq: 3, Cursor: later})
	for seq := wire.Seq(2); seq <= 3; seq++ {
		next(t, events, seq)
	}
	until(t, "the checkpoint", func() bool { return client.Expected().Seq == 3 })
	peer.lines[0].cut()
	until(t, "another hello", func() bool { return len(count[wire.Hello](peer)) == 2 })
	if resume := count[wire.Hello](peer)[1].Resume; resume == nil || resume.Cursor != later {
		t.Fatalf("it resumes from %v", resume)
	}
	until(t, "live", func() bool { return client.State().Phase == parloir.Live })
	peer.lines[1].say(happened(3), happened(4))
	next(t, events, 4)
}

func TestWhatIsTooLargeIsRefusedAndTheConnectionGoesOn(t *testing.T) {
	peer := newPeer(t, greeting(func(line *line, frame wire.Up) {
		if query, is := frame.(wire.QueryFrame); is {
			line.say(wire.Reply{ID: &query.ID, Ok: wire.MapOf(map[string]any{"counters": []any{}})})
		}
	}))
	outbox := parloir.NewMemoryOutbox()
	text := strings.Repeat("a", 70_000)
	given := entry()
	given.AgentID, given.Command = agent, wire.MessageSend{ConversationID: room, Text: &text}
	if err := outbox.Put(given); err != nil {
		t.Fatal(err)
	}
	client := peer.connect(parloir.Options{Outbox: outbox})
	if _, err := parloir.Ask(within(t), client, wire.SendPlan{ConversationID: room, Text: &text}); !errors.Is(err,
		parloir.CodeFrameTooLarge) {
		t.Fatal(err)
	}
	if err := client.Refresh(within(t), parloir.Token{Secret: text}); !errors.Is(err, parloir.CodeFrameTooLarge) {
		t.Fatal(err)
	}
	watch := client.Watch(wire.SearchConversations{Text: text})
	defer watch.Close()
	found, err := watch.Until(within(t), func(found parloir.Found) bool { return found.Load.Loading == store.Refused })
	if err != nil || found.Load.Error.Code != string(parloir.CodeFrameTooLarge) {
		t.Fatalf("%+v %v", found, err)
	}
	kept := client.Outbox()
	defer kept.Close()
	left, err := kept.Until(within(t), func(left []parloir.Kept) bool { return len(left) == 1 && left[0].Refused != nil })
	if err != nil || left[0].Refused.Code != string(parloir.CodeFrameTooLarge) {
		t.Fatalf("%+v %v", left, err)
	}
	if _, err := parloir.Ask(within(t), client, wire.CountersGet{}); err != nil || len(peer.lines) != 1 {
		t.Fatalf("%v, %d connections", err, len(peer.lines))
	}
}

func TestWhoeverWaitsForACommandHearsThatItIsDropped(t *testing.T) {
	peer := newPeer(t, greeting(nil))
	client := peer.connect(parloir.Options{})
	sending, err := client.Give(wire.ConversationClose{ConversationID: room})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Drop(sending.CommandID); err != nil {
		t.Fatal(err)
	}
	if _, err := sending.Wait(within(t)); !errors.Is(err, parloir.ErrDropped) {
		t.Fatal(err)
	}
}

func next(t *testing.T, events *parloir.Events, seq wire.Seq) {
	t.Helper()
	event, err := events.Next(within(t))
	if err != nil || event.Seq != seq {
		t.Fatalf("%d %v, expected %d", event.Seq, err, seq)
	}
}

func TestSomeClosesAreFinal(t *testing.T) {
	for name, code := range parloir.CloseCodes() {
		if code == parloir.CloseUnauthenticated || code == parloir.CloseRevoked {
			continue
		}
		t.Run(name, func(t *testing.T) {
			peer := newPeer(t, func(line *line, frame wire.Up) {
				if _, hello := frame.(wire.Hello); hello {
					line.close(code)
				}
			})
			client := peer.connect(parloir.Options{})
			if parloir.Reconnects(code) {
				until(t, "another try", func() bool { return len(count[wire.Hello](peer)) > 2 })
				return
			}
			var ended *parloir.Ended
			if err := client.Live(within(t)); !errors.As(err, &ended) || ended.Code != code {
				t.Fatalf("%v, expected %d", err, code)
			}
			if state := client.State(); state.Phase != parloir.Closed || state.Code != code {
				t.Fatalf("%+v", state)
			}
		})
	}
}

func TestAGoodbyeCountsThoughTheCloseFrameGotLost(t *testing.T) {
	peer := newPeer(t, func(line *line, _ wire.Up) {
		line.say(wire.Goodbye{Code: "unsupported_version", Reason: "too old"})
		line.cut()
	})
	client := peer.connect(parloir.Options{})
	var ended *parloir.Ended
	if err := client.Live(within(t)); !errors.As(err, &ended) || ended.Code != parloir.CloseUnsupportedVersion {
		t.Fatal(err)
	}
}

func TestItNeverComesBackEarlierThanItIsTold(t *testing.T) {
	const after = 300
	peer := newPeer(t, func(line *line, _ wire.Up) {
		line.say(wire.Goodbye{Code: "shutdown", Reason: "later", RetryAfterMS: wire.Some(int64(after))})
		line.close(parloir.CloseShutdown)
	})
	peer.connect(parloir.Options{})
	until(t, "another try", func() bool { return len(count[wire.Hello](peer)) == 2 })
	if pause := peer.times[1].Sub(peer.times[0]); pause < after*time.Millisecond {
		t.Fatalf("it came back after %v", pause)
	}
}

func TestARefusedTokenIsRenewedOnce(t *testing.T) {
	peer := newPeer(t, func(line *line, frame wire.Up) {
		if hello, is := frame.(wire.Hello); is && *hello.Token == "old" {
			line.close(parloir.CloseRevoked)
		} else if is {
			line.welcome(1, nil)
		}
	})
	var asked atomic.Int32
	source := func(context.Context) (parloir.Token, error) {
		if asked.Add(1) == 1 {
			return parloir.Token{Secret: "old"}, nil
		}
		return parloir.Token{Secret: "new"}, nil
	}
	if err := peer.connect(parloir.Options{Token: source}).Live(within(t)); err != nil {
		t.Fatal(err)
	}
	same := peer.connect(parloir.Options{Token: parloir.StaticToken("old")})
	var ended *parloir.Ended
	if err := same.Live(within(t)); !errors.As(err, &ended) || ended.Code != parloir.CloseRevoked {
		t.Fatal(err)
	}
}

func TestAnotherTokenIsAskedForBeforeTheEndOfOne(t *testing.T) {
	peer := newPeer(t, greeting(func(line *line, frame wire.Up) {
		if refresh, is := frame.(wire.Refresh); is {
			line.say(wire.Reply{ID: &refresh.ID, Ok: wire.MapOf(nil)})
		}
	}))
	var asked atomic.Int32
	client := peer.connect(parloir.Options{Token: func(context.Context) (parloir.Token, error) {
		life := time.Hour
		if asked.Add(1) == 1 {
			life = 1500 * time.Millisecond
		}
		return parloir.Token{Secret: fmt.Sprint(asked.Load()), ExpiresAt: time.Now().Add(life)}, nil
	}})
	until(t, "a refresh", func() bool { return len(count[wire.Refresh](peer)) == 1 })
	if refresh := count[wire.Refresh](peer)[0]; refresh.Token != "2" {
		t.Fatalf("%+v", refresh)
	}
	if client.State().Phase != parloir.Live {
		t.Fatalf("%+v", client.State())
	}
}

func TestACommandIsSentAgainWithItsIDUntilItIsAnswered(t *testing.T) {
	var heard atomic.Int32
	peer := newPeer(t, greeting(func(line *line, frame wire.Up) {
		switch heard.Add(1) {
		case 1:
			line.cut()
		case 2:
			command := frame.(wire.CommandFrame)
			line.say(wire.Reply{CommandID: command.CommandID, Error: &wire.ErrorBody{Code: "busy", Message: "later",
				Temporary: true, RetryAfterMS: wire.Some(int64(1))}})
		default:
			accept(line, frame)
		}
	}))
	client := peer.connect(parloir.Options{})
	done, err := client.Do(within(t), wire.ConversationNext{})
	if err != nil || done.Seq != 7 {
		t.Fatalf("%+v %v", done, err)
	}
	commands := count[wire.CommandFrame](peer)
	if len(commands) != 3 || commands[0] != commands[1] || commands[1] != commands[2] {
		t.Fatalf("%+v", commands)
	}
	outbox := client.Outbox()
	defer outbox.Close()
	if kept := outbox.Value(); len(kept) != 0 {
		t.Fatalf("%+v", kept)
	}
}

func TestUnsentCommandsSurviveTheProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox")
	silent := newPeer(t, greeting(nil))
	before, err := parloir.OpenFileOutbox(path)
	if err != nil {
		t.Fatal(err)
	}
	first := silent.connect(parloir.Options{Outbox: before})
	if err := first.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	var given []*parloir.Sending
	for range 3 {
		sending, err := first.Give(wire.NoteAdd{ConversationID: room, Text: "vu"})
		if err != nil {
			t.Fatal(err)
		}
		given = append(given, sending)
	}
	first.Close()
	var ended *parloir.Ended
	if _, err := given[0].Wait(within(t)); !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	peer := newPeer(t, greeting(accept))
	after, err := parloir.OpenFileOutbox(path)
	if err != nil {
		t.Fatal(err)
	}
	second := peer.connect(parloir.Options{Outbox: after})
	outbox := second.Outbox()
	defer outbox.Close()
	until(t, "three commands", func() bool { return len(count[wire.CommandFrame](peer)) == 3 })
	if _, err := outbox.Until(within(t), func(kept []parloir.Kept) bool { return len(kept) == 0 }); err != nil {
		t.Fatal(err)
	}
	for index, command := range count[wire.CommandFrame](peer) {
		if command.CommandID != given[index].CommandID {
			t.Errorf("%s, expected %s", command.CommandID, given[index].CommandID)
		}
	}
	until(t, "an empty store", func() bool {
		left, err := after.All()
		return err == nil && len(left) == 0
	})
	if err := after.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestASlowApplicationMakesTheConnectionWait(t *testing.T) {
	const most, all = 8, 40
	peer := newPeer(t, greeting(accept))
	client := peer.connect(parloir.Options{EventsMax: most})
	if err := client.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	events := client.Events()
	defer events.Close()
	for seq := wire.Seq(2); seq < 2+all; seq++ {
		peer.lines[0].say(happened(seq))
	}
	until(t, "a full buffer", func() bool { return client.Expected().Seq >= most })
	if seq := client.Expected().Seq; seq > 1+most {
		t.Fatalf("it read on to %d", seq)
	}
	for seq := wire.Seq(2); seq < 2+all; seq++ {
		next(t, events, seq)
	}
}

func TestWhoWaitsForAnAnswerIsToldWhatIsMissing(t *testing.T) {
	const most, all = 8, 40
	peer := newPeer(t, greeting(func(line *line, frame wire.Up) {
		for seq := wire.Seq(2); seq < 2+all; seq++ {
			line.say(happened(seq))
		}
		accept(line, frame)
	}))
	client := peer.connect(parloir.Options{EventsMax: most})
	if err := client.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	events := client.Events()
	defer events.Close()
	if _, err := client.Do(within(t), wire.ConversationNext{}); err != nil {
		t.Fatal(err)
	}
	for seq := wire.Seq(2); seq < 2+2*most; seq++ {
		next(t, events, seq)
	}
	var gap *parloir.GapError
	if _, err := events.Next(within(t)); !errors.As(err, &gap) || gap.Dropped != all-2*most {
		t.Fatal(err)
	}
	peer.lines[0].say(happened(100))
	next(t, events, 100)
}

func TestAResetIsAGap(t *testing.T) {
	peer := newPeer(t, func(line *line, frame wire.Up) {
		if hello, is := frame.(wire.Hello); is {
			if hello.Resume != nil {
				line.say(wire.Reset{Reason: wire.ResetTooOld})
			}
			line.welcome(1, nil)
		}
	})
	client := peer.connect(parloir.Options{})
	if err := client.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	events := client.Events()
	defer events.Close()
	client.Cut()
	var gap *parloir.GapError
	if _, err := events.Next(within(t)); !errors.As(err, &gap) || gap.Dropped != parloir.UnknownCount {
		t.Fatal(err)
	}
}

func TestASilentServerIsLeft(t *testing.T) {
	peer := newPeer(t, func(line *line, frame wire.Up) {
		if _, hello := frame.(wire.Hello); hello {
			line.welcome(1, func(limits *wire.Limits) { limits.HeartbeatMS, limits.PongTimeoutMS = 50, 50 })
		}
	})
	peer.connect(parloir.Options{})
	until(t, "another try", func() bool { return len(count[wire.Hello](peer)) == 2 })
}

func TestPingsAreAnsweredAndSignalsRenewed(t *testing.T) {
	peer := newPeer(t, func(line *line, frame wire.Up) {
		if _, hello := frame.(wire.Hello); hello {
			line.welcome(1, func(limits *wire.Limits) { limits.TypingMS = 100 })
			line.say(wire.Ping{Cursor: begun})
		}
	})
	client := peer.connect(parloir.Options{})
	until(t, "a pong", func() bool { return len(count[wire.Pong](peer)) == 1 })
	client.Signal(room, wire.Typing)
	client.Signal(room, wire.Typing)
	until(t, "a renewal", func() bool { return len(count[wire.SignalUp](peer)) == 3 })
	client.Signal(room, wire.Nothing)
	until(t, "the end", func() bool {
		said := count[wire.SignalUp](peer)
		return said[len(said)-1].Doing == wire.Nothing
	})
}

func TestAFrameThatCannotBeReadEndsTheClient(t *testing.T) {
	peer := newPeer(t, func(line *line, _ wire.Up) {
		line.say(wire.UnknownFrame{Value: wire.MapOf(map[string]any{"type": "checkpoint", "seq": "x"})})
	})
	var ended *parloir.Ended
	err := peer.connect(parloir.Options{}).Live(within(t))
	if !errors.As(err, &ended) || ended.Code != parloir.CloseUnreadable {
		t.Fatal(err)
	}
}

func TestAnOpenSearchIsAskedForOnEveryConnection(t *testing.T) {
	hit := func(id wire.ContactID) wire.Hit {
		return wire.Hit{Rank: wire.RankWord, ContactID: id, Addresses: []wire.Address{}, Tags: []string{},
			Matched: []wire.Match{}}
	}
	peer := newPeer(t, greeting(func(line *line, frame wire.Up) {
		if watch, is := frame.(wire.WatchFrame); is {
			found := wire.ConversationsFound{Hits: []wire.Hit{hit("a"), hit("b")}, Seq: 1}
			ok, err := wire.Read(wire.JSON, wire.Write(wire.JSON, found))
			if err != nil {
				t.Error(err)
			}
			line.say(wire.Reply{ID: &watch.ID, Ok: ok}, wire.Change{ID: watch.ID, Seq: 2, Removed: []wire.HitID{"a"},
				Added: []wire.Placed{{At: 1, Hit: hit("c")}}, Moved: []wire.Placed{}})
		}
	}))
	client := peer.connect(parloir.Options{})
	watch := client.Watch(wire.SearchConversations{Text: "hel"})
	changed := func(found parloir.Found) bool {
		return found.Load.Loading == store.Ready && len(found.Hits) == 2 && found.Hits[1].ContactID == "c"
	}
	if _, err := watch.Until(within(t), changed); err != nil {
		t.Fatal(err)
	}
	client.Cut()
	until(t, "another watch", func() bool { return len(count[wire.WatchFrame](peer)) == 2 })
	watch.Close()
	until(t, "its end", func() bool { return len(count[wire.Unwatch](peer)) == 1 })
}

func TestNothingIsLeftBehind(t *testing.T) {
	peer := newPeer(t, greeting(accept))
	before := runtime.NumGoroutine()
	for range 5 {
		client := peer.connect(parloir.Options{})
		if _, err := client.Do(within(t), wire.ConversationNext{}); err != nil {
			t.Fatal(err)
		}
		client.Cut()
		client.Close()
		var ended *parloir.Ended
		if _, err := client.Do(within(t), wire.ConversationNext{}); !errors.As(err, &ended) {
			t.Fatal(err)
		}
		until(t, "nothing of the client goes on", func() bool { return !strings.Contains(stacks(), "parloir.(*Client)") })
	}
	peer.locked(func() {
		for _, line := range peer.lines {
			line.cut()
		}
	})
	until(t, "no more goroutines than before", func() bool { return runtime.NumGoroutine() <= before+2 })
}

func stacks() string {
	bytes := make([]byte, 1<<20)
	return string(bytes[:runtime.Stack(bytes, true)])
}

func TestTheSameCommandTwiceIsOne(t *testing.T) {
	answers := make(chan struct{})
	peer := newPeer(t, greeting(func(line *line, frame wire.Up) {
		go func() {
			<-answers
			accept(line, frame)
		}()
	}))
	client := peer.connect(parloir.Options{})
	id := parloir.NewCommandID()
	first, err := client.Give(wire.ConversationNext{}, parloir.WithCommandID(id))
	if err != nil {
		t.Fatal(err)
	}
	second, err := client.Give(wire.ConversationNext{}, parloir.WithCommandID(id))
	if err != nil || first != second {
		t.Fatalf("%p %p %v", first, second, err)
	}
	close(answers)
	if done, err := second.Wait(within(t)); err != nil || done.Seq != 7 {
		t.Fatalf("%+v %v", done, err)
	}
	if commands := count[wire.CommandFrame](peer); len(commands) != 1 {
		t.Fatalf("%+v", commands)
	}
}

func TestIDsOfCommandsStandInTheirOrder(t *testing.T) {
	const many = 10_000
	last := wire.CommandID("")
	for range many {
		next := parloir.NewCommandID()
		if next <= last || len(next) != 36 || next[14] != '7' || !strings.ContainsRune("89ab", rune(next[19])) {
			t.Fatalf("%s after %s", next, last)
		}
		last = next
	}
}
