// The registries of the protocol: every code is known, and whether it helps to try again.

package parloir_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

func registry[T any](t *testing.T, name string) (entries []T) {
	t.Helper()
	text, err := os.ReadFile("../../protocol/registry/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestEveryErrorCodeIsKnown(t *testing.T) {
	type entry struct {
		Code      parloir.Code
		Temporary bool
	}
	entries, codes := registry[entry](t, "errors.json"), parloir.Codes()
	if len(entries) != len(codes) {
		t.Errorf("%d codes, the registry has %d", len(codes), len(entries))
	}
	for _, entry := range entries {
		if temporary, known := codes[entry.Code]; !known || temporary != entry.Temporary {
			t.Errorf("%s is known: %v, temporary: %v, expected %v", entry.Code, known, temporary, entry.Temporary)
		}
	}
}

func TestEveryCloseCodeIsKnown(t *testing.T) {
	type entry struct {
		Code      int
		Name      string
		Reconnect bool
	}
	entries, codes := registry[entry](t, "closes.json"), parloir.CloseCodes()
	if len(entries) != len(codes) {
		t.Errorf("%d codes, the registry has %d", len(codes), len(entries))
	}
	for _, entry := range entries {
		if codes[entry.Name] != entry.Code || parloir.Reconnects(entry.Code) != entry.Reconnect {
			t.Errorf("%s is %d, reconnects %v", entry.Name, codes[entry.Name], parloir.Reconnects(entry.Code))
		}
	}
}

func TestARefusalTellsItsCode(t *testing.T) {
	body := wire.ErrorBody{Code: "opted_out", Message: "the person asked for no more messages"}
	for _, err := range []error{
		&parloir.CommandError{Refusal: parloir.Refusal{Body: body}},
		&parloir.QueryError{Refusal: parloir.Refusal{Body: body}},
		&parloir.Refusal{Body: body},
	} {
		if !errors.Is(err, parloir.CodeOptedOut) || errors.Is(err, parloir.CodeBusy) {
			t.Errorf("%v", err)
		}
		if parloir.CodeOf(err) != parloir.CodeOptedOut {
			t.Errorf("%v", parloir.CodeOf(err))
		}
	}
}
