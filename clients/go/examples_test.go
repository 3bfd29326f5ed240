// The examples, run as programs against the real server.

package parloir_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
)

// program is an example that runs.
type program struct {
	t       *testing.T
	in      io.WriteCloser
	lines   chan string
	process *os.Process
	// killed is whether the test ended it.
	killed bool
}

// runExample builds an example and starts it.
func runExample(t *testing.T, name string, arguments ...string) *program {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	if said, err := exec.Command("go", "build", "-o", binary, "./examples/"+name).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", said, err)
	}
	process := exec.Command(binary, arguments...)
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	made := &program{t: t, in: in, lines: make(chan string, 1_000), process: process.Process}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			made.lines <- lines.Text()
		}
	}()
	t.Cleanup(func() {
		// It may have ended by itself; Wait tells the same.
		_ = process.Process.Signal(syscall.SIGINT)
		<-read
		if err := process.Wait(); err != nil && !made.killed {
			t.Errorf("%s: %v", name, err)
		}
	})
	return made
}

// kill ends it as a power cut would.
func (p *program) kill() {
	p.t.Helper()
	p.killed = true
	if err := p.process.Kill(); err != nil {
		p.t.Fatal(err)
	}
}

// says waits for a line that holds a text; meanwhile it does something again and again.
func (p *program) says(text string, meanwhile func(time int)) string {
	p.t.Helper()
	end := time.After(2 * deadline)
	for times := 0; ; times++ {
		again := time.After(deadline / 20)
		if meanwhile != nil {
			meanwhile(times)
		}
		for waiting := true; waiting; {
			select {
			case line := <-p.lines:
				if strings.Contains(line, text) {
					return line
				}
			case <-again:
				waiting = false
			case <-end:
				p.t.Fatalf("it never said '%s'", text)
			}
		}
	}
}

func TestTheExamplesRun(t *testing.T) {
	demo := startDemo(t)
	writes := func(number, text string) func(int) {
		return func(time int) {
			if err := demo.customer(number, text, fmt.Sprintf("%s %d", text, time)); err != nil {
				t.Error(err)
			}
		}
	}
	token := demo.Agents[0].Token
	t.Run("listen", func(t *testing.T) {
		runExample(t, "listen", demo.URL, token).says("message.received: Bonjour listen",
			writes("+33639983001", "Bonjour listen"))
	})
	t.Run("auto_reply", func(t *testing.T) {
		runExample(t, "auto_reply", demo.URL, token).says("answered cnv_", writes("+33639983002", "Bonjour auto"))
	})
	t.Run("import_contacts", func(t *testing.T) {
		people := filepath.Join(t.TempDir(), "people.csv")
		text := "Odile Payet,+33639983003,vip\nBruno Hoarau,06 39 98 30 04\nNobody,no number\n"
		if err := os.WriteFile(people, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		runExample(t, "import_contacts", demo.URL, token, people).says("2 saved, 1 refused", nil)
	})
	t.Run("bridge", func(t *testing.T) {
		outbox := filepath.Join(t.TempDir(), "outbox.jsonl")
		id := newest(t, demo.of(t).join(0, parloir.Options{}))
		bridge := runExample(t, "bridge", demo.URL, token, outbox)
		bridge.says(`"text":"Bonjour bridge"`, writes("+33639983005", "Bonjour bridge"))
		listen := runExample(t, "listen", demo.URL, token)
		listen.says("message.received", writes("+33639983006", "Bonjour encore"))
		if _, err := fmt.Fprintf(bridge.in, "{\"conversation_id\":%q,\"text\":\"Par le pont\"}\n", id); err != nil {
			t.Fatal(err)
		}
		listen.says("message.queued", nil)
	})
}
