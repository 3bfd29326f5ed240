// Command conformance plays the Go client through the scenarios of fixtures/scenarios: it reads one request a line and
// writes one answer a line, as they finish. It decides nothing about what is right.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/parloir/parloir/clients/go/wire"
)

// lineBytesMax is bytes of one request.
const lineBytesMax = 64 << 20

// finish is the part of a request that may wait: others go on meanwhile.
type finish func() (any, error)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	adapter := newAdapter()
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	var mutex sync.Mutex
	answer := func(id int64, ok any, err error) {
		mutex.Lock()
		defer mutex.Unlock()
		made := map[string]any{"id": id, "ok": ok}
		if err != nil {
			made = map[string]any{"id": id, "error": refusalOf(err)}
		}
		if err := out.Encode(made); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, lineBytesMax)
	for lines.Scan() {
		request, err := wire.Read(wire.JSON, lines.Bytes())
		if err != nil {
			return fmt.Errorf("a request is no JSON: %w", err)
		}
		id := request.Get("id").Integer()
		finish, err := adapter.begin(request)
		if err != nil {
			answer(id, nil, err)
			continue
		}
		go func() {
			ok, err := finish()
			answer(id, ok, err)
		}()
	}
	return lines.Err()
}
