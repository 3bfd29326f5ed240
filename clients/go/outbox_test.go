// The outbox in a file: what was put is there after any stop, what is done is not, and the file stays short.

package parloir_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

func entry() parloir.Entry {
	return parloir.Entry{CommandID: parloir.NewCommandID(), GivenAt: "2026-11-03T09:15:02.123Z",
		Command: wire.ConversationClose{ConversationID: room}}
}

func openOutbox(t *testing.T, path string) *parloir.FileOutbox {
	t.Helper()
	outbox, err := parloir.OpenFileOutbox(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := outbox.Close(); err != nil {
			t.Error(err)
		}
	})
	return outbox
}

// keeps is that an outbox has these entries in this order.
func keeps(t *testing.T, outbox *parloir.FileOutbox, expected ...parloir.Entry) {
	t.Helper()
	found, err := outbox.All()
	if err != nil || len(found) != len(expected) {
		t.Fatalf("%+v %v, expected %+v", found, err, expected)
	}
	for index := range expected {
		if found[index] != expected[index] {
			t.Fatalf("%+v, expected %+v", found[index], expected[index])
		}
	}
}

func TestAnOutboxIsAsItWasLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox")
	outbox := openOutbox(t, path)
	first, second, third := entry(), entry(), entry()
	for _, one := range []parloir.Entry{first, second, third} {
		if err := outbox.Put(one); err != nil {
			t.Fatal(err)
		}
	}
	if err := outbox.Remove(second.CommandID); err != nil {
		t.Fatal(err)
	}
	keeps(t, outbox, first, third)
	keeps(t, openOutbox(t, path), first, third)
}

func TestALineThatWasNotWrittenToItsEndIsLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox")
	whole := entry()
	outbox := openOutbox(t, path)
	if err := outbox.Put(whole); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(text) {
		torn := append(bytes.Clone(text), text[:cut]...)
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		keeps(t, openOutbox(t, path), whole)
	}
}

func TestWhatCouldNotBeWrittenIsNotThereAndHarmsNothing(t *testing.T) {
	for name, breaks := range map[string]func(*parloir.FileOutbox){
		"half a line":              func(outbox *parloir.FileOutbox) { parloir.BreakWrites(outbox, 40) },
		"a whole line, not synced": func(outbox *parloir.FileOutbox) { parloir.BreakSyncs(outbox) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "outbox")
			outbox := openOutbox(t, path)
			before, refused, after := entry(), entry(), entry()
			if err := outbox.Put(before); err != nil {
				t.Fatal(err)
			}
			breaks(outbox)
			if err := outbox.Put(refused); !errors.Is(err, parloir.ErrFull) {
				t.Fatal(err)
			}
			keeps(t, openOutbox(t, path), before)
			if err := outbox.Put(after); err != nil {
				t.Fatal(err)
			}
			keeps(t, openOutbox(t, path), before, after)
		})
	}
}

func TestAFileThatCannotBeMendedIsWrittenAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox")
	outbox := openOutbox(t, path)
	parloir.BreakCuts(outbox, 40)
	if err := outbox.Put(entry()); !errors.Is(err, parloir.ErrFull) {
		t.Fatal(err)
	}
	after := entry()
	if err := outbox.Put(after); err != nil {
		t.Fatal(err)
	}
	keeps(t, openOutbox(t, path), after)
}

func TestAnOutboxThatIsWorkedForLongStaysShort(t *testing.T) {
	const many, bytesMax = 2_500, 1 << 20
	path := filepath.Join(t.TempDir(), "outbox")
	outbox := openOutbox(t, path)
	for range many {
		next := entry()
		if err := outbox.Put(next); err != nil {
			t.Fatal(err)
		}
		if err := outbox.Remove(next.CommandID); err != nil {
			t.Fatal(err)
		}
	}
	about, err := os.Stat(path)
	if err != nil || about.Size() > bytesMax {
		t.Fatalf("%d bytes, %v", about.Size(), err)
	}
	keeps(t, outbox)
}
