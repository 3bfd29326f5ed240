// Command auto_reply answers whoever writes in while nobody has the conversation, once each time it was opened:
//
//	go run ./examples/auto_reply http://127.0.0.1:8080 plr_…
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

const (
	text = "Merci pour votre message. Nous vous répondons dès que possible."
	// answeredMax is conversations that are remembered; all are forgotten when there are more.
	answeredMax = 10_000
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) < 3 {
		return errors.New("say where the server is and give a token: auto_reply http://127.0.0.1:8080 plr_…")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, err := parloir.Connect(parloir.Options{
		URL:    os.Args[1],
		Token:  parloir.StaticToken(os.Args[2]),
		Client: "auto_reply/1.0",
	})
	if err != nil {
		return err
	}
	defer client.Close()
	answered := map[wire.ConversationID]int64{}
	for event, err := range client.Events().All(ctx) {
		var gap *parloir.GapError
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !errors.As(err, &gap) {
			return err
		}
		if received, is := event.Data.(wire.MessageReceived); is {
			answer(ctx, client, event.Seq, received, answered)
		}
	}
	return nil
}

func answer(ctx context.Context, client *parloir.Client, seq wire.Seq, received wire.MessageReceived,
	answered map[wire.ConversationID]int64) {
	header := received.Conversation
	isWord := received.Message.Reaction == nil && header.Status == wire.StatusOpen
	if !isWord || header.Assignee != "" || answered[header.ConversationID] == header.Episode {
		return
	}
	if len(answered) >= answeredMax {
		clear(answered)
	}
	answered[header.ConversationID] = header.Episode
	// Refused when a colleague wrote meanwhile: then there is nothing to say.
	expected := client.Expected()
	expected.Seq = seq
	send := wire.MessageSend{ConversationID: header.ConversationID, Text: wire.Some(text)}
	if _, err := client.Do(ctx, send, parloir.WithExpected(expected)); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", header.ConversationID, err)
		return
	}
	fmt.Println("answered", header.ConversationID)
}
