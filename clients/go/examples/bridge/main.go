// Command bridge joins a workspace with another program over its standard input and output: a line of JSON for each
// message that comes in, and for each line `{"conversation_id", "text", "id"?}` that it reads, a message that goes out.
// With an id, a UUIDv7, a line may be given again after a crash and still is one message:
//
//	go run ./examples/bridge http://127.0.0.1:8080 plr_… outbox.jsonl
//
// Messages that were given and not answered when it stopped are in outbox.jsonl, and go when it starts again.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() (err error) {
	if len(os.Args) < 4 {
		return errors.New("name the server, a token and a file: bridge http://127.0.0.1:8080 plr_… outbox.jsonl")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	outbox, err := parloir.OpenFileOutbox(os.Args[3])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, outbox.Close()) }()
	client, err := parloir.Connect(parloir.Options{
		URL:    os.Args[1],
		Token:  parloir.StaticToken(os.Args[2]),
		Client: "bridge/1.0",
		Outbox: outbox,
	})
	if err != nil {
		return err
	}
	defer client.Close()
	// What is given from now on is known to be this agent's, also to another run.
	if err := client.Live(ctx); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		ended <- sendLines(client, os.Stdin)
		stop()
	}()
	if err := writeLines(ctx, client, os.Stdout); err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	default:
		return nil
	}
}

// incoming is a message that came in.
type incoming struct {
	Seq            wire.Seq            `json:"seq"`
	ConversationID wire.ConversationID `json:"conversation_id"`
	MessageID      wire.MessageID      `json:"message_id"`
	Text           string              `json:"text"`
}

func writeLines(ctx context.Context, client *parloir.Client, out io.Writer) error {
	lines := json.NewEncoder(out)
	for event, err := range client.Events().All(ctx) {
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			// A gap too: whoever bridges decides what to do about what is missing.
			return err
		}
		received, is := event.Data.(wire.MessageReceived)
		if !is || received.Message.Text == nil {
			continue
		}
		line := incoming{event.Seq, received.Conversation.ConversationID, received.Message.MessageID,
			*received.Message.Text}
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// outgoing is a message that is to go out.
type outgoing struct {
	ConversationID wire.ConversationID `json:"conversation_id"`
	Text           string              `json:"text"`
	ID             wire.CommandID      `json:"id"`
}

func sendLines(client *parloir.Client, in io.Reader) error {
	lines := bufio.NewScanner(in)
	var last *parloir.Sending
	for lines.Scan() {
		var line outgoing
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("a line is no JSON: %w", err)
		}
		var options []parloir.CommandOption
		if line.ID != "" {
			options = append(options, parloir.WithCommandID(line.ID))
		}
		send := wire.MessageSend{ConversationID: line.ConversationID, Text: &line.Text}
		sending, err := client.Give(send, options...)
		if err != nil {
			return err
		}
		last = sending
	}
	if last != nil {
		<-last.Settled()
	}
	return lines.Err()
}
