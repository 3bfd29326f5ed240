// A client that leaves at an awkward moment, and commands that are not its own.

package parloir_test

import (
	"context"
	"net"
	"testing"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

// closes closes a client, with a deadline.
func closes(t *testing.T, client *parloir.Client) {
	t.Helper()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		client.Close()
	}()
	select {
	case <-closed:
	case <-time.After(deadline):
		t.Fatalf("it did not leave: %s", stacks())
	}
	if state := client.State(); state.Phase != parloir.Closed || state.Code != parloir.CloseLeft {
		t.Fatalf("%+v", state)
	}
}

func TestAClientLeavesWhileItWaitsForAToken(t *testing.T) {
	asked := make(chan struct{})
	peer := newPeer(t, greeting(nil))
	client := peer.connect(parloir.Options{Token: func(ctx context.Context) (parloir.Token, error) {
		close(asked)
		<-ctx.Done()
		return parloir.Token{}, ctx.Err()
	}})
	<-asked
	closes(t, client)
}

func TestACommandFromBeforeTheFirstWelcomeGetsItsAgent(t *testing.T) {
	peer := newPeer(t, func(*line, wire.Up) {})
	outbox := parloir.NewMemoryOutbox()
	client := peer.connect(parloir.Options{Outbox: outbox})
	until(t, "the hello", func() bool { return len(count[wire.Hello](peer)) == 1 })
	if _, err := client.Give(wire.ConversationClose{ConversationID: room}); err != nil {
		t.Fatal(err)
	}
	whose := func() wire.AgentID {
		entries, err := outbox.All()
		if err != nil || len(entries) != 1 {
			t.Fatalf("%+v %v", entries, err)
		}
		return entries[0].AgentID
	}
	if whose() != "" {
		t.Fatalf("it is of %s", whose())
	}
	peer.lines[0].welcome(1, nil)
	until(t, "whose it is", func() bool { return whose() == agent })
}

func TestWhatNobodyKnowsTheAuthorOfWaitsForADecision(t *testing.T) {
	peer := newPeer(t, greeting(accept))
	outbox := parloir.NewMemoryOutbox()
	nobodys := entry()
	if err := outbox.Put(nobodys); err != nil {
		t.Fatal(err)
	}
	client := peer.connect(parloir.Options{Outbox: outbox})
	kept := client.Outbox()
	defer kept.Close()
	left, err := kept.Until(within(t), func(left []parloir.Kept) bool { return len(left) == 1 })
	if err != nil || left[0].Refused == nil || left[0].Refused.Code != string(parloir.CodeNotAllowed) {
		t.Fatalf("%+v %v", left, err)
	}
	if _, err := client.Do(within(t), wire.ConversationClaim{ConversationID: room}); err != nil {
		t.Fatal(err)
	}
	if heard := count[wire.CommandFrame](peer); len(heard) != 1 || heard[0].CommandID == nobodys.CommandID {
		t.Fatalf("%+v", heard)
	}
	if _, err := client.Do(within(t), nobodys.Command, parloir.WithCommandID(nobodys.CommandID)); err != nil {
		t.Fatal(err)
	}
	until(t, "nothing is kept", func() bool { return len(kept.Value()) == 0 })
}

func TestAClientLeavesWhileItConnects(t *testing.T) {
	// It takes connections and never says a word.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	taken := make(chan net.Conn, 1)
	go func() {
		if connection, err := listener.Accept(); err == nil {
			taken <- connection
		}
	}()
	client, err := parloir.Connect(parloir.Options{URL: "http://" + listener.Addr().String(),
		Token: parloir.StaticToken("plr_AAAA")})
	if err != nil {
		t.Fatal(err)
	}
	connection := <-taken
	defer func() { _ = connection.Close() }()
	closes(t, client)
}

func TestAClientLeavesWhileTheApplicationIsSlow(t *testing.T) {
	const most = 2
	peer := newPeer(t, greeting(nil))
	client := peer.connect(parloir.Options{EventsMax: most})
	if err := client.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	events := client.Events()
	defer events.Close()
	for seq := wire.Seq(2); seq < 12; seq++ {
		peer.lines[0].say(happened(seq))
	}
	until(t, "a full buffer", func() bool { return client.Expected().Seq == 1+most })
	closes(t, client)
	next(t, events, 2)
	next(t, events, 3)
	if _, err := events.Next(within(t)); err == nil {
		t.Fatal("the stream goes on")
	}
}

func TestCommandsOfSomebodyElseAreLeftAlone(t *testing.T) {
	outbox := parloir.NewMemoryOutbox()
	own, foreign, unknown := entry(), entry(), entry()
	own.AgentID, foreign.AgentID = agent, "agt_0192f0c4-0000-7000-8000-000000000009"
	for _, one := range []parloir.Entry{own, foreign, unknown} {
		if err := outbox.Put(one); err != nil {
			t.Fatal(err)
		}
	}
	peer := newPeer(t, greeting(accept))
	client := peer.connect(parloir.Options{Outbox: outbox})
	until(t, "what is not its own is left", func() bool {
		left, err := outbox.All()
		return err == nil && len(left) == 2 && left[0].CommandID == foreign.CommandID && left[1].CommandID == unknown.CommandID
	})
	closes(t, client)
	for _, command := range count[wire.CommandFrame](peer) {
		if command.CommandID != own.CommandID {
			t.Fatal("a command of somebody else was sent")
		}
	}
}

func TestARefusedCommandOfAnEarlierRunWaitsForADecision(t *testing.T) {
	outbox := parloir.NewMemoryOutbox()
	before := entry()
	before.AgentID = agent
	if err := outbox.Put(before); err != nil {
		t.Fatal(err)
	}
	peer := newPeer(t, greeting(func(line *line, frame wire.Up) {
		if command, is := frame.(wire.CommandFrame); is {
			line.say(wire.Reply{CommandID: command.CommandID, Error: &wire.ErrorBody{Code: "not_allowed", Message: "no"}})
		}
	}))
	client := peer.connect(parloir.Options{Outbox: outbox})
	kept := client.Outbox()
	defer kept.Close()
	if _, err := kept.Until(within(t), func(kept []parloir.Kept) bool {
		return len(kept) == 1 && kept[0].Refused != nil && kept[0].Refused.Code == "not_allowed"
	}); err != nil {
		t.Fatal(err)
	}
	if err := client.Drop(before.CommandID); err != nil {
		t.Fatal(err)
	}
	if left, err := outbox.All(); err != nil || len(left) != 0 || len(kept.Value()) != 0 {
		t.Fatalf("%+v %v", left, err)
	}
}
