// A server of a test's own: it says what it is told to, and remembers what it heard.

package parloir_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

const (
	deadline = 10 * time.Second
	group    = wire.GroupID("grp_0192f0c4-0000-7000-8000-000000000000")
	agent    = wire.AgentID("agt_0192f0c4-0000-7000-8000-000000000001")
	room     = wire.ConversationID("cnv_0192f0c4-0000-7000-8000-000000000001")
	// begun and later are two cursors.
	begun = wire.Cursor("AAAAAAAAAAcAAAAAAAAACQEBAQEBAQEBAZLwxAAAcACAAAAAAAAAAQ")
	later = wire.Cursor("BAAAAAAAAAcAAAAAAAAACQEBAQEBAQEBAZLwxAAAcACAAAAAAAAAAQ")
)

// happened is an event of no consequence.
func happened(seq wire.Seq) wire.Event {
	return wire.Event{Seq: seq, At: "2026-11-03T09:15:02.123Z", Actor: wire.SystemActor{},
		Data: wire.GroupRenamed{GroupID: group, Name: "Ventes"}}
}

// line is one connection as the peer has it.
type line struct {
	t          *testing.T
	connection *websocket.Conn
}

func (l *line) say(frames ...wire.Down) {
	ctx, done := context.WithTimeout(context.Background(), deadline)
	defer done()
	for _, frame := range frames {
		// A client that left is no matter of the peer's.
		_ = l.connection.Write(ctx, websocket.MessageText, wire.WriteDown(wire.JSON, frame))
	}
}

// welcome lets the client in and gives it an empty snapshot.
func (l *line) welcome(seq wire.Seq, change func(*wire.Limits)) {
	limits := wire.DefaultLimits()
	if change != nil {
		change(&limits)
	}
	l.say(wire.Welcome{Agent: wire.Agent{AgentID: agent}, Epoch: "0000000000000001", Cursor: begun, Seq: seq,
		Limits: limits}, wire.Snapshot{Last: true, Seq: seq})
}

// resume goes on where the client was.
func (l *line) resume(seq wire.Seq) {
	l.say(wire.Welcome{Agent: wire.Agent{AgentID: agent}, Epoch: "0000000000000001", Cursor: begun, Seq: seq,
		Resumed: true, Limits: wire.DefaultLimits()})
}

func (l *line) close(code int) { _ = l.connection.Close(websocket.StatusCode(code), "") }
func (l *line) cut()           { _ = l.connection.CloseNow() }

type peer struct {
	t      *testing.T
	server *httptest.Server
	mutex  sync.Mutex
	heard  []wire.Up
	times  []time.Time
	lines  []*line
	// answer is called with each frame, one at a time.
	answer func(line *line, frame wire.Up)
}

func newPeer(t *testing.T, answer func(line *line, frame wire.Up)) *peer {
	t.Helper()
	made := &peer{t: t, answer: answer}
	made.server = httptest.NewServer(http.HandlerFunc(made.serve))
	t.Cleanup(func() {
		made.locked(func() {
			for _, line := range made.lines {
				line.cut()
			}
		})
		made.server.Close()
	})
	return made
}

func (p *peer) locked(run func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	run()
}

func (p *peer) serve(response http.ResponseWriter, request *http.Request) {
	connection, err := websocket.Accept(response, request, &websocket.AcceptOptions{
		Subprotocols: []string{wire.JSON.Subprotocol()},
	})
	if err != nil {
		return
	}
	line := &line{p.t, connection}
	p.locked(func() {
		p.lines = append(p.lines, line)
		p.times = append(p.times, time.Now())
	})
	for {
		_, bytes, err := connection.Read(context.Background())
		if err != nil {
			return
		}
		frame, err := wire.ReadUp(wire.JSON, bytes)
		if err != nil {
			p.t.Errorf("the client says what is no frame: %v: %s", err, bytes)
			return
		}
		p.locked(func() { p.heard = append(p.heard, frame) })
		p.answer(line, frame)
	}
}

// connect starts a client of the peer with short pauses.
func (p *peer) connect(options parloir.Options) *parloir.Client {
	p.t.Helper()
	options.URL, options.Codec = p.server.URL, wire.JSON
	if options.Token == nil {
		options.Token = parloir.StaticToken("plr_AAAA")
	}
	options.Backoff.Floor, options.Backoff.Ceiling = time.Millisecond, 5*time.Millisecond
	client, err := parloir.Connect(options)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(client.Close)
	return client
}

// count is how many frames of a type were heard.
func count[T wire.Up](peer *peer) (frames []T) {
	peer.locked(func() {
		for _, frame := range peer.heard {
			if of, is := frame.(T); is {
				frames = append(frames, of)
			}
		}
	})
	return frames
}

// until waits for what is looked for, with a deadline.
func until(t *testing.T, what string, look func() bool) {
	t.Helper()
	end := time.Now().Add(deadline)
	for !look() {
		if time.Now().After(end) {
			t.Fatalf("not in %v: %s", deadline, what)
		}
		time.Sleep(time.Millisecond)
	}
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, done := context.WithTimeout(context.Background(), deadline)
	t.Cleanup(done)
	return ctx
}
