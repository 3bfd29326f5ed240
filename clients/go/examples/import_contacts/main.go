// Command import_contacts saves people from a file with a line each, `name,number[,tag…]`, many at once. What is given
// twice is one contact, and a run that was cut short may be repeated:
//
//	go run ./examples/import_contacts http://127.0.0.1:8080 plr_… people.csv
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

// aheadMax is contacts that wait for an answer at once.
const aheadMax = 64

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) < 4 {
		return errors.New("name the server, a token and a file: import_contacts http://127.0.0.1:8080 plr_… people.csv")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	file, err := os.Open(os.Args[3])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	client, err := parloir.Connect(parloir.Options{
		URL:    os.Args[1],
		Token:  parloir.StaticToken(os.Args[2]),
		Client: "import_contacts/1.0",
	})
	if err != nil {
		return err
	}
	defer client.Close()
	return save(ctx, client, file)
}

func save(ctx context.Context, client *parloir.Client, people io.Reader) error {
	lines := csv.NewReader(people)
	lines.FieldsPerRecord = -1
	var ahead []*parloir.Sending
	saved, refused := 0, 0
	settle := func(most int) error {
		for len(ahead) > most {
			_, err := ahead[0].Wait(ctx)
			var refusal *parloir.CommandError
			switch {
			case errors.As(err, &refusal):
				refused++
				fmt.Fprintln(os.Stderr, refusal)
			case err != nil:
				return err
			default:
				saved++
			}
			ahead = ahead[1:]
		}
		return nil
	}
	for {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(line) < 2 {
			return fmt.Errorf("a line has a name and a number: %q", line)
		}
		number := wire.Address{Kind: wire.AddressE164, Value: line[1]}
		sending, err := client.Give(wire.ContactSave{
			Name:         wire.Some(line[0]),
			AddTags:      line[2:],
			AddAddresses: []wire.Address{number},
		})
		if err != nil {
			return err
		}
		ahead = append(ahead, sending)
		if err := settle(aheadMax); err != nil {
			return err
		}
	}
	err := settle(0)
	fmt.Printf("%d saved, %d refused\n", saved, refused)
	return err
}
