// Clients of the real server at their bounds: a program that is killed with commands that were not sent, an application
// that is slow, a token that expires.

package parloir_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

func TestAtTheBounds(t *testing.T) {
	demo := startDemo(t)
	t.Run("killed", func(t *testing.T) { sendsAfterAKill(t, demo.of(t)) })
	t.Run("slow", func(t *testing.T) { readsSlowly(t, demo.of(t)) })
	t.Run("expired", func(t *testing.T) { comesBackWithAnotherToken(t, demo.of(t)) })
}

func sendsAfterAKill(t *testing.T, demo *demo) {
	const lines = 5
	lea := demo.join(0, parloir.Options{})
	id := newest(t, lea)
	outbox := filepath.Join(t.TempDir(), "outbox.jsonl")
	lost := newCutter(t, demo.URL)
	bridge := runExample(t, "bridge", lost.url(), demo.Agents[0].Token, outbox)
	var sent []string
	say := func(text string) {
		text = fmt.Sprintf("%s %d", text, time.Now().UnixNano())
		sent = append(sent, text)
		if _, err := fmt.Fprintf(bridge.in, "{\"conversation_id\":%q,\"text\":%q}\n", id, text); err != nil {
			t.Fatal(err)
		}
	}
	onDisk := func() int {
		text, err := os.ReadFile(outbox)
		if err != nil {
			return 0
		}
		return strings.Count(string(text), "\n")
	}
	say("avant la fin")
	// A line for the command, a line for its end.
	until(t, "the first is answered", func() bool { return onDisk() == 2 })
	if err := lost.listener.Close(); err != nil {
		t.Fatal(err)
	}
	lost.cut()
	for line := range lines {
		say(fmt.Sprintf("après la fin %d", line))
	}
	until(t, "all are on the disk", func() bool { return onDisk() == 2+lines })
	bridge.kill()
	runExample(t, "bridge", demo.URL, demo.Agents[0].Token, outbox)
	until(t, "each came once", func() bool {
		for _, times := range texts(t, lea, []wire.ConversationID{id}, sent) {
			if times != 1 {
				return false
			}
		}
		return true
	})
}

func readsSlowly(t *testing.T, demo *demo) {
	const most, all = 8, 60
	lea := demo.join(0, parloir.Options{EventsMax: most})
	if err := lea.Live(within(t)); err != nil {
		t.Fatal(err)
	}
	events := lea.Events()
	defer events.Close()
	for number := range all {
		if err := demo.customer("+33639984001", "vite", fmt.Sprintf("slow %d", number)); err != nil {
			t.Fatal(err)
		}
	}
	received, last := 0, wire.Seq(0)
	for received < all {
		event, err := events.Next(within(t))
		if err != nil || event.Seq <= last {
			t.Fatalf("%d after %d: %v", event.Seq, last, err)
		}
		last = event.Seq
		if _, is := event.Data.(wire.MessageReceived); is {
			received++
		}
	}
}

func comesBackWithAnotherToken(t *testing.T, demo *demo) {
	const life = 2 * time.Second
	admin := demo.join(0, parloir.Options{})
	for number, agent := range demo.Agents {
		if agent.Role == string(wire.RoleAdmin) {
			admin = demo.join(number, parloir.Options{})
		}
	}
	short, err := admin.Do(within(t), wire.TokenCreate{AgentID: wire.AgentID(demo.Agents[0].ID),
		ExpiresAt: wire.TimeOf(time.Now().Add(life))})
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	lea := demo.join(0, parloir.Options{Token: func(context.Context) (parloir.Token, error) {
		if asked.Add(1) == 1 {
			return parloir.Token{Secret: *short.Token}, nil
		}
		return parloir.Token{Secret: demo.Agents[0].Token}, nil
	}})
	until(t, "live with the other one", func() bool {
		return asked.Load() == 2 && lea.State().Phase == parloir.Live
	})
	stranger := demo.join(0, parloir.Options{Token: parloir.StaticToken(*short.Token)})
	var ended *parloir.Ended
	if err := stranger.Live(within(t)); !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if ended.Code != parloir.CloseUnauthenticated && ended.Code != parloir.CloseRevoked {
		t.Fatal(ended)
	}
}
