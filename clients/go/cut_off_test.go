// A frame that is cut off behind its head.

package parloir_test

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

// halves accepts connections, begins a frame of 512 bytes on each and hands them over.
func halves(t *testing.T) (url string, begun <-chan net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	connections := make(chan net.Conn, 8)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			if err := beginFrame(connection); err != nil {
				t.Errorf("no frame was begun: %v", err)
			}
			connections <- connection
		}
	}()
	return "http://" + listener.Addr().String(), connections
}

func beginFrame(connection net.Conn) error {
	request, err := http.ReadRequest(bufio.NewReader(connection))
	if err != nil {
		return err
	}
	key := request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	digest := sha1.Sum([]byte(key))
	_, err = fmt.Fprintf(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Protocol: %s\r\nSec-WebSocket-Accept: %s\r\n\r\n%s", wire.JSON.Subprotocol(),
		base64.StdEncoding.EncodeToString(digest[:]), []byte{0x81, 126, 2, 0})
	return err
}

func connectTo(t *testing.T, url string) *parloir.Client {
	t.Helper()
	options := parloir.Options{URL: url, Codec: wire.JSON, Token: parloir.StaticToken("plr_AAAA")}
	options.Backoff.Floor, options.Backoff.Ceiling = time.Millisecond, 5*time.Millisecond
	client, err := parloir.Connect(options)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func nextOf(t *testing.T, begun <-chan net.Conn) net.Conn {
	t.Helper()
	select {
	case connection := <-begun:
		return connection
	case <-time.After(deadline):
		t.Fatal("it did not connect")
		return nil
	}
}

func TestAClientComesBackAfterAFrameThatWasCutOff(t *testing.T) {
	url, begun := halves(t)
	client := connectTo(t, url)
	for range 2 {
		// Who closes with something unread resets instead.
		connection := nextOf(t, begun)
		defer func() { _ = connection.Close() }()
		if half, is := connection.(*net.TCPConn); !is || half.CloseWrite() != nil {
			t.Fatal("it cannot be closed for writing")
		}
	}
	last := nextOf(t, begun)
	defer func() { _ = last.Close() }()
	if state := client.State(); state.Phase == parloir.Closed {
		t.Fatalf("%+v", state)
	}
	closes(t, client)
}
