// A demo server of a test's own: the real binary on a free port, gone with its data afterwards; and a proxy that cuts
// what runs through it, the network of a bad day.

package parloir_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

// startTime is how long the demo may take to be ready.
const startTime = 60 * time.Second

// demo is a running server and who may come in.
type demo struct {
	t      *testing.T
	URL    string
	Agents []struct {
		ID, Name, Role, Token string
	}
	Integration struct{ Token string }
	Channels    []struct {
		ID   wire.ChannelID
		Kind string
	}
}

// startDemo starts one whose customers keep quiet; without a binary the test is left out.
func startDemo(t *testing.T) *demo {
	t.Helper()
	binary := os.Getenv("PARLOIR_BIN")
	if binary == "" {
		binary = "../../target/debug/parloir"
	}
	if _, err := os.Stat(binary); err != nil {
		t.Skip("there is no server: set PARLOIR_BIN")
	}
	data := filepath.Join(t.TempDir(), "data")
	process := exec.Command(binary, "demo", "--listen", "127.0.0.1:0", "--data-dir", data, "--quiet-customers")
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// It may have ended by itself; Wait tells the same.
		_ = process.Process.Signal(syscall.SIGTERM)
		_ = process.Wait()
	})
	made := &demo{t: t}
	end := time.Now().Add(startTime)
	for len(made.Agents) == 0 {
		if time.Now().After(end) {
			t.Fatalf("the demo is not ready in %v", startTime)
		}
		text, err := os.ReadFile(filepath.Join(data, "demo.json"))
		if err != nil || json.Unmarshal(text, made) != nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	return made
}

// of is the same demo for a part of a test, whose clients end with it.
func (d demo) of(t *testing.T) *demo {
	d.t = t
	return &d
}

// join is a client of the demo, as one of its agents.
func (d *demo) join(number int, options parloir.Options) *parloir.Client {
	d.t.Helper()
	if options.URL == "" {
		options.URL = d.URL
	}
	if options.Token == nil {
		options.Token = parloir.StaticToken(d.Agents[number].Token)
	}
	if options.Backoff.Floor == 0 {
		options.Backoff.Floor, options.Backoff.Ceiling = 10*time.Millisecond, 50*time.Millisecond
	}
	client, err := parloir.Connect(options)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(client.Close)
	return client
}

func (d *demo) channel(kind string) wire.ChannelID {
	for _, channel := range d.Channels {
		if channel.Kind == kind {
			return channel.ID
		}
	}
	d.t.Fatalf("the demo has no channel of kind %s", kind)
	return ""
}

// customer writes in.
func (d *demo) customer(number, text, event string) error {
	body := fmt.Sprintf(`{"event_id":%q,"type":"message","from":{"kind":"e164","value":%q},"text":%q}`,
		event, number, text)
	answer, err := http.Post(d.URL+"/v1/inbound/"+string(d.channel("sms")), "application/json",
		bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	said, err := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("inbound: %d %s", answer.StatusCode, said)
	}
	return err
}

// cutter is a proxy that cuts its connections on demand.
type cutter struct {
	listener net.Listener
	target   string
	group    sync.WaitGroup
	mutex    sync.Mutex
	open     map[net.Conn]bool
	accepted int
}

func newCutter(t *testing.T, address string) *cutter {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	made := &cutter{listener: listener, target: target.Host, open: map[net.Conn]bool{}}
	made.group.Add(1)
	go made.serve()
	t.Cleanup(func() {
		// Both are over for this test.
		_ = listener.Close()
		made.cut()
		made.group.Wait()
	})
	return made
}

func (c *cutter) url() string { return "http://" + c.listener.Addr().String() }

func (c *cutter) count() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.accepted
}

// cut ends every connection at once, without a word.
func (c *cutter) cut() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for connection := range c.open {
		_ = connection.Close()
	}
}

func (c *cutter) serve() {
	defer c.group.Done()
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", c.target)
		if err != nil {
			_ = near.Close()
			continue
		}
		c.mutex.Lock()
		c.accepted++
		c.open[near], c.open[far] = true, true
		c.mutex.Unlock()
		c.group.Add(2)
		go c.carry(near, far)
		go c.carry(far, near)
	}
}

func (c *cutter) carry(from, to net.Conn) {
	defer c.group.Done()
	// The end of either side is the end of both.
	_, _ = io.Copy(to, from)
	_ = from.Close()
	_ = to.Close()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.open, from)
	delete(c.open, to)
}
