// Command listen prints what happens in a workspace, one line an event, until it is stopped:
//
//	go run ./examples/listen http://127.0.0.1:8080 plr_…
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

func main() {
	if err := listen(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func listen() error {
	if len(os.Args) < 3 {
		return errors.New("say where the server is and give a token: listen http://127.0.0.1:8080 plr_…")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, err := parloir.Connect(parloir.Options{
		URL:    os.Args[1],
		Token:  parloir.StaticToken(os.Args[2]),
		Client: "listen/1.0",
	})
	if err != nil {
		return err
	}
	defer client.Close()
	for event, err := range client.Events().All(ctx) {
		var gap *parloir.GapError
		switch {
		case errors.As(err, &gap):
			fmt.Println("--", gap)
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		default:
			fmt.Println(told(event))
		}
	}
	return nil
}

func told(event wire.Event) string {
	line := fmt.Sprintf("%d %s", event.Seq, event.Name())
	switch data := event.Data.(type) {
	case wire.MessageReceived:
		if data.Message.Text != nil {
			line += ": " + *data.Message.Text
		}
	case wire.UnknownEvent:
		line += " (of a newer server)"
	}
	return line
}
