// The golden frames: every frame of the wire as JSON and as the MessagePack bytes that another encoder wrote, and bytes
// that are no frame, each with the code that a server refuses them with.

package wire_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parloir/parloir/clients/go/wire"
)

const fixtures = "../../../fixtures/frames"

type valid struct {
	Way     string          `json:"way"`
	Answer  string          `json:"answer"`
	JSON    json.RawMessage `json:"json"`
	MsgPack string          `json:"msgpack"`
}

// answers reads what a query is answered, by the query's name, and writes it again.
var answers = map[string]func(wire.Value) ([]byte, error){
	"command":               answer[wire.Done],
	"queue.page":            answer[wire.Page],
	"conversation.rows":     answer[wire.RowsAnswer],
	"conversation.timeline": answer[wire.TimelinePage],
	"contact.get":           answer[wire.ContactAnswer],
	"send.plan":             answer[wire.Plan],
	"template.list":         answer[wire.TemplatesAnswer],
	"template.get":          answer[wire.TemplateAnswer],
	"consent.list":          answer[wire.ConsentPage],
	"status.get":            answer[wire.ServerStatus],
	"job.get":               answer[wire.JobAnswer],
	"counters.get":          answer[wire.CountersAnswer],
	"workspace.get":         answer[wire.WorkspaceAnswer],
	"search.conversations":  answer[wire.ConversationsFound],
	"search.messages":       answer[wire.MessagesFound],
	"webhook.list":          answer[wire.WebhooksAnswer],
	"webhook.deliveries":    answer[wire.DeliveriesAnswer],
}

func answer[A any](ok wire.Value) ([]byte, error) {
	var read A
	err := ok.Bind(&read)
	return wire.Write(wire.JSON, read), err
}

func TestEveryFrameIsReadAndWrittenAsItStands(t *testing.T) {
	for _, file := range files(t, "valid") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			golden := read[valid](t, file)
			text := compact(t, golden.JSON)
			packed, err := hex.DecodeString(golden.MsgPack)
			if err != nil {
				t.Fatal(err)
			}
			if golden.Way == "up" {
				roundUp(t, text, packed)
			} else {
				roundDown(t, text, packed, golden.Answer)
			}
		})
	}
}

func roundUp(t *testing.T, text, packed []byte) {
	t.Helper()
	fromText, err := wire.ReadUp(wire.JSON, text)
	if err != nil {
		t.Fatal(err)
	}
	fromPacked, err := wire.ReadUp(wire.MessagePack, packed)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromText, fromPacked) {
		t.Fatalf("%#v is not %#v", fromText, fromPacked)
	}
	same(t, wire.WriteUp(wire.JSON, fromPacked), text)
	same(t, wire.WriteUp(wire.MessagePack, fromText), packed)
}

func roundDown(t *testing.T, text, packed []byte, query string) {
	t.Helper()
	fromText, err := wire.ReadDown(wire.JSON, text)
	if err != nil {
		t.Fatal(err)
	}
	fromPacked, err := wire.ReadDown(wire.MessagePack, packed)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromText, fromPacked) {
		t.Fatalf("%#v is not %#v", fromText, fromPacked)
	}
	if _, unknown := fromText.(wire.UnknownFrame); unknown {
		t.Fatalf("%s is not known", text)
	}
	same(t, wire.WriteDown(wire.JSON, fromPacked), text)
	same(t, wire.WriteDown(wire.MessagePack, fromText), packed)
	if event, is := fromText.(wire.Event); is {
		if _, unknown := event.Data.(wire.UnknownEvent); unknown {
			t.Fatalf("the event %s is not known", event.Name())
		}
	}
	reply, is := fromText.(wire.Reply)
	if !is || query == "" || reply.Ok.Kind() == wire.Absent {
		return
	}
	again, err := answers[query](reply.Ok)
	if err != nil {
		t.Fatal(err)
	}
	same(t, again, wire.Write(wire.JSON, reply.Ok))
}

func same(t *testing.T, found, expected []byte) {
	t.Helper()
	if !bytes.Equal(found, expected) {
		t.Fatalf("written\n%s\nexpected\n%s", printable(found), printable(expected))
	}
}

func printable(bytes []byte) string {
	if len(bytes) > 0 && bytes[0] == '{' {
		return string(bytes)
	}
	return hex.EncodeToString(bytes)
}

type invalid struct {
	Codec string `json:"codec"`
	Code  string `json:"code"`
	To    *struct {
		CommandID string `json:"command_id"`
		ID        *int64 `json:"id"`
	} `json:"to"`
	Hex string `json:"hex"`
}

func TestATextThatIsNoUTF8IsWrittenAsOne(t *testing.T) {
	const text, broken = "caf\uFFFD", "caf\xc3"
	for _, codec := range []wire.Codec{wire.MessagePack, wire.JSON} {
		bytes := wire.WriteUp(codec, wire.Hello{Client: broken})
		frame, err := wire.ReadUp(codec, bytes)
		if hello, is := frame.(wire.Hello); err != nil || !is || hello.Client != text {
			t.Fatalf("%v: %+v %v", codec, frame, err)
		}
	}
}

func TestWhatIsNoFrameIsRefusedWithItsCode(t *testing.T) {
	for _, file := range files(t, "invalid") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			golden := read[invalid](t, file)
			packed, err := hex.DecodeString(golden.Hex)
			if err != nil {
				t.Fatal(err)
			}
			codec := wire.MessagePack
			if golden.Codec == "json" {
				codec = wire.JSON
			}
			_, err = wire.ReadUp(codec, packed)
			var refused *wire.UpError
			if !errors.As(err, &refused) {
				t.Fatalf("it was read: %v", err)
			}
			if refused.Code != golden.Code {
				t.Errorf("code %s, expected %s: %s", refused.Code, golden.Code, refused.Message)
			}
			var id *int64
			command := ""
			if golden.To != nil {
				id, command = golden.To.ID, golden.To.CommandID
			}
			if string(refused.CommandID) != command || !reflect.DeepEqual(refused.ID, id) {
				t.Errorf("it answers %q and %v, expected %q and %v", refused.CommandID, refused.ID, command, id)
			}
		})
	}
}

func TestWhatANewerServerSaysIsKeptApart(t *testing.T) {
	event := `{"type":"event","seq":7,"at":"2026-11-03T09:15:02.123Z","actor":{"kind":"robot","n":1},` +
		`"name":"brand.new","data":{"a":1}}`
	read, err := wire.ReadDown(wire.JSON, []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	told, is := read.(wire.Event)
	if !is || told.Seq != 7 || told.Name() != "brand.new" {
		t.Fatalf("%#v", read)
	}
	if unknown, is := told.Data.(wire.UnknownEvent); !is || unknown.Data.Get("a").Integer() != 1 {
		t.Fatalf("%#v", told.Data)
	}
	same(t, wire.WriteDown(wire.JSON, read), []byte(event))
	if shout, err := wire.ReadDown(wire.JSON, []byte(`{"type":"shout"}`)); err != nil {
		t.Fatal(err)
	} else if _, is := shout.(wire.UnknownFrame); !is {
		t.Fatalf("%#v", shout)
	}
	_, err = wire.ReadDown(wire.JSON, []byte(`{"type":"checkpoint","seq":"7"}`))
	if err == nil || !strings.Contains(err.Error(), "'seq'") {
		t.Fatalf("%v", err)
	}
}

func files(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(fixtures, folder, "*.json"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no fixtures in %s: %v", folder, err)
	}
	return found
}

func read[T any](t *testing.T, file string) (golden T) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	return golden
}

// compact is the document without the white space between its parts; the order of fields stays.
func compact(t *testing.T, document []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, document); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
