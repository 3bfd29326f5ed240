// Command measure tells how fast one client is: `fold [events]` reads and folds events with one full queue open, and
// `gap URL TOKEN CHANNEL [events]` lets messages come in while a client of a running server is away and tells how long
// it takes to be live again, with all of them folded.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

const (
	conversations = 5_000
	foldEvents    = 200_000
	gapEvents     = 1_000
	// lookEvery is after how many events the queue is read, as a screen would.
	lookEvery  = 16
	at         = wire.Time("2026-11-03T09:15:02.123Z")
	perMillion = 1_000_000
	patience   = 2 * time.Minute
)

func main() {
	err := errors.New("say what to measure: fold [events], or gap URL TOKEN CHANNEL [events]")
	switch {
	case len(os.Args) > 1 && os.Args[1] == "fold":
		err = fold(number(2, foldEvents))
	case len(os.Args) > 4 && os.Args[1] == "gap":
		err = gap(os.Args[2], os.Args[3], os.Args[4], number(5, gapEvents))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func number(argument, otherwise int) int {
	if len(os.Args) > argument {
		if given, err := strconv.Atoi(os.Args[argument]); err == nil && given > 0 {
			return given
		}
	}
	return otherwise
}

func id(prefix string, n int) string {
	return fmt.Sprintf("%s_0192f0c4-0000-7000-8000-%012d", prefix, n)
}

func header(n int, seq wire.Seq) wire.Header {
	return wire.Header{ConversationID: wire.ConversationID(id("cnv", n)), Status: wire.StatusOpen, Unread: true,
		GroupID: wire.GroupID(id("grp", n%8)), ActivitySeq: seq, ActivityAt: at, WaitingSeq: seq, WaitingSince: at,
		Episode: 1}
}

func received(seq wire.Seq) wire.Event {
	message := wire.Message{MessageID: wire.MessageID(id("msg", int(seq))), Direction: wire.Inbound,
		Text: wire.Some(fmt.Sprintf("Bonjour, où en est ma commande %d ?", seq))}
	return wire.Event{Seq: seq, At: at, Actor: wire.ContactActor{ChannelID: wire.ChannelID(id("chn", 1))},
		Data: wire.MessageReceived{Conversation: header(int(seq)%conversations, seq), Message: message}}
}

func fold(events int) error {
	view := wire.View{Status: wire.StatusOpen}
	held := store.New(0)
	held.Begin(view)
	rows := make([]wire.Row, conversations)
	for n := range rows {
		rows[n] = wire.Row{Seq: 1, Conversation: header(n, wire.Seq(n+1)), ChannelID: wire.ChannelID(id("chn", 1)),
			Address: &wire.Address{Kind: wire.AddressE164, Value: fmt.Sprintf("+3363998%04d", n)}}
	}
	held.Fold(wire.Snapshot{Last: true, Seq: conversations, Rows: rows})
	frames := make([][]byte, events)
	for n := range frames {
		frames[n] = wire.WriteDown(wire.MessagePack, received(wire.Seq(conversations+1+n)))
	}
	runtime.GC()
	began, before := time.Now(), processorTime()
	for n, frame := range frames {
		read, err := wire.ReadDown(wire.MessagePack, frame)
		if err != nil {
			return err
		}
		held.Fold(read)
		held.TakeChanges()
		if n%lookEvery == 0 {
			held.Queue(view)
		}
	}
	seconds := time.Since(began).Seconds()
	return say(map[string]any{
		"rows":                    len(held.Queue(view).Rows),
		"events_per_second":       int(float64(events) / seconds),
		"cpu_seconds_per_million": (processorTime() - before).Seconds() / float64(events) * perMillion,
	})
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func gap(url, token, channel string, events int) error {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	options := parloir.Options{URL: url, Token: parloir.StaticToken(token),
		Backoff: parloir.Backoff{Floor: patience, Ceiling: patience}}
	client, err := parloir.Connect(options)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Live(ctx); err != nil {
		return err
	}
	other, err := parloir.Connect(parloir.Options{URL: url, Token: parloir.StaticToken(token)})
	if err != nil {
		return err
	}
	defer other.Close()
	states := client.States()
	defer states.Close()
	client.Cut()
	if _, err := states.Until(ctx, func(state parloir.State) bool { return state.Phase == parloir.Offline }); err != nil {
		return err
	}
	for n := range events {
		if err := write(url, channel, n); err != nil {
			return err
		}
	}
	query, err := parloir.Ask(ctx, other, wire.QueuePage{})
	if err != nil {
		return err
	}
	began := time.Now()
	client.Retry()
	live, err := states.Until(ctx, func(state parloir.State) bool { return state.Phase == parloir.Live })
	if err != nil {
		return err
	}
	welcomed := time.Since(began)
	for client.Expected().Seq < query.Seq {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(time.Millisecond)
	}
	return say(map[string]any{"events": events, "state": live.Phase, "live_ms": welcomed.Milliseconds(),
		"folded_ms": time.Since(began).Milliseconds()})
}

func write(url, channel string, n int) error {
	body := fmt.Sprintf(`{"event_id":"gap-%d-%d","type":"message","from":{"kind":"e164","value":"+3363998%04d"},"text":"Bonjour %d"}`,
		os.Getpid(), n, n%50, n)
	answer, err := http.Post(url+"/v1/inbound/"+channel, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("inbound: %s", answer.Status)
	}
	return answer.Body.Close()
}

func say(figures any) error {
	return json.NewEncoder(os.Stdout).Encode(figures)
}
