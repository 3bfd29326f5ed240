// The connection and its return: it connects, resumes, waits and comes back until it is told to stop. It knows the place
// in the log and nothing of what frames mean to a screen.

package parloir

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/coder/websocket"

	"github.com/parloir/parloir/clients/go/wire"
)

const (
	// connectTime is from the first packet to welcome.
	connectTime = 10 * time.Second
	// writeTime is until a frame that cannot be written ends the connection.
	writeTime = 10 * time.Second
	// lookTime is how long it may take to see whether a connection with a frame that is none is there at all.
	lookTime = 2 * time.Second
)

var (
	errCut    = errors.New("cut by the application")
	errSilent = errors.New("the server is silent")
)

// ending is how a connection ended.
type ending struct {
	code   int
	reason string
	// after is when to connect again at the earliest, where the server says so before there is a connection.
	after time.Duration
}

// run keeps the connection until it is over.
func (c *Client) run() {
	defer c.group.Done()
	for {
		c.locked(func() {
			phase := Connecting
			if c.position.cursor != "" {
				phase = Resuming
			}
			c.setState(State{Phase: phase})
		})
		ending := c.connect(c.context)
		if c.context.Err() != nil || c.isLeaving() {
			c.end(&Ended{CloseLeft, "the client left"})
			return
		}
		pause, ended := c.lost(ending)
		if ended != nil {
			c.end(ended)
			return
		}
		if !c.sleep(pause) {
			c.end(&Ended{CloseLeft, "the client left"})
			return
		}
	}
}

// isLeaving is whether it was told to, though it may still say goodbye.
func (c *Client) isLeaving() (is bool) {
	c.locked(func() { is = c.leaving })
	return is
}

// sleep waits before the next try; false when the client leaves.
func (c *Client) sleep(pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-c.retry:
		// It was asked for before the connection was lost.
	default:
	}
	select {
	case <-timer.C:
		return true
	case <-c.retry:
		return true
	case <-c.context.Done():
		return false
	}
}

// connect makes one connection and reads it to its end.
func (c *Client) connect(parent context.Context) ending {
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	opening, done := context.WithTimeout(ctx, connectTime)
	defer done()
	token, err := c.takeToken(opening)
	if err != nil {
		return ending{code: CloseAbnormal, reason: fmt.Sprintf("there is no token: %v", err)}
	}
	connection, answer, err := websocket.Dial(opening, c.doors.live, &websocket.DialOptions{
		HTTPClient:   c.options.HTTP,
		Subprotocols: []string{c.options.Codec.Subprotocol()},
	})
	if err != nil {
		return ending{CloseAbnormal, fmt.Sprintf("there is no connection: %v", err), retryAfter(answer)}
	}
	connection.SetReadLimit(wire.FrameBytesMax)
	c.locked(func() {
		c.attempt = attempt{connection: connection, stop: stop, renewed: c.renewed, seen: c.now()}
		c.outgoing = nil
	})
	// It is closed already where the peer said goodbye.
	defer func() { _ = connection.CloseNow() }()
	if err := c.write(opening, connection, c.hello(token)); err != nil {
		return endingOf(ctx, err)
	}
	return c.read(ctx, opening, connection)
}

// retryAfter is what an answer to the handshake says of another try; zero: nothing.
func retryAfter(answer *http.Response) time.Duration {
	if answer == nil {
		return 0
	}
	seconds, err := strconv.ParseUint(answer.Header.Get("Retry-After"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

func (c *Client) takeToken(ctx context.Context) (token Token, err error) {
	var kept bool
	c.locked(func() {
		token = c.tokens.given
		kept = c.tokens.put && c.tokens.current(c.now())
	})
	if !kept {
		if token, err = c.options.Token(ctx); err != nil {
			return Token{}, err
		}
	}
	c.locked(func() {
		c.tokens.given, c.tokens.put = token, kept
	})
	return token, nil
}

func (c *Client) hello(token Token) (hello wire.Hello) {
	c.locked(func() {
		hello = wire.Hello{Client: c.options.Client, View: c.options.View}
		if token.Secret != "" {
			hello.Token = &token.Secret
		}
		if c.position.cursor != "" {
			hello.Resume = &wire.Resume{Cursor: c.position.cursor}
		}
	})
	return hello
}

// read takes frame after frame; opening is the context until welcome.
func (c *Client) read(ctx, opening context.Context, connection *websocket.Conn) ending {
	kind := websocket.MessageBinary
	if c.options.Codec == wire.JSON {
		kind = websocket.MessageText
	}
	reading, welcomed := opening, false
	for {
		found, bytes, err := connection.Read(reading)
		if err != nil {
			return endingOf(ctx, err)
		}
		if found != kind {
			return ending{code: CloseUnreadable, reason: "a frame cannot be read: it is of the other codec"}
		}
		frame, err := wire.ReadDown(c.options.Codec, bytes)
		if err != nil {
			return unreadable(ctx, connection, err)
		}
		if _, event := frame.(wire.Event); event && !c.awaitRoom(ctx) {
			return endingOf(ctx, ctx.Err())
		}
		c.take(frame)
		if c.isWelcomed() && !welcomed {
			welcomed, reading = true, ctx
			c.group.Add(1)
			go c.send(ctx, connection)
		}
	}
}

// unreadable ends a connection by a frame that is none. A connection that is lost where one read of the library ends, as
// behind the head of a frame, has it give what came as if it were all: the next read fails at once then, and the client
// is to come back.
func unreadable(ctx context.Context, connection *websocket.Conn, why error) ending {
	looking, done := context.WithTimeout(ctx, lookTime)
	defer done()
	_, _, err := connection.Read(looking)
	var closed websocket.CloseError
	if ctx.Err() != nil || err != nil && looking.Err() == nil && !errors.As(err, &closed) {
		return endingOf(ctx, err)
	}
	return ending{code: CloseUnreadable, reason: fmt.Sprintf("a frame cannot be read: %v", why)}
}

func (c *Client) isWelcomed() (is bool) {
	c.locked(func() { is = c.welcomed })
	return is
}

// awaitRoom waits until the slowest stream has room, or somebody waits for an answer; false when the connection ends.
func (c *Client) awaitRoom(ctx context.Context) bool {
	for {
		var wait bool
		c.locked(func() {
			wait = c.mustWait()
			c.paused = wait
			c.seen = c.now()
		})
		if !wait {
			return true
		}
		select {
		case <-c.room:
		case <-ctx.Done():
			return false
		}
	}
}

func endingOf(ctx context.Context, err error) ending {
	if cause := context.Cause(ctx); cause != nil {
		return ending{code: CloseAbnormal, reason: cause.Error()}
	}
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		return ending{code: int(closed.Code), reason: closed.Reason}
	}
	return ending{code: CloseAbnormal, reason: fmt.Sprintf("the connection was lost: %v", err)}
}

// lost decides what comes after the end of a connection: a pause, or nothing any more.
func (c *Client) lost(ending ending) (pause time.Duration, ended *Ended) {
	c.locked(func() {
		var name string
		if c.goodbye != nil {
			name, ending.reason = c.goodbye.Code, c.goodbye.Reason
			if c.goodbye.RetryAfterMS != nil {
				ending.after = time.Duration(*c.goodbye.RetryAfterMS) * time.Millisecond
			}
		}
		code := endedWith(ending.code, name)
		refused := code == CloseUnauthenticated || code == CloseRevoked
		renews := refused && !c.renewed
		c.attempt = attempt{renewed: c.renewed || renews}
		if refused {
			c.tokens.put = false
		}
		c.tokens.due = time.Time{}
		if !renews && !Reconnects(code) {
			ended = &Ended{code, ending.reason}
			return
		}
		c.asks.lost()
		c.lostWatches()
		pause = max(c.options.Backoff.pause(rand.Float64()), ending.after)
		c.setState(State{Phase: Offline, Reason: ending.reason, Retry: pause})
	})
	return pause, ended
}

// end is for good.
func (c *Client) end(ended *Ended) {
	c.locked(func() {
		c.ended = ended
		c.attempt = attempt{}
		c.setState(State{Phase: Closed, Code: ended.Code, Reason: ended.Reason})
		c.asks.end(ended)
		for id, sending := range c.sendings {
			delete(c.sendings, id)
			sending.settle(wire.Done{}, ended)
		}
		for stream := range c.streams {
			stream.end(ended)
		}
		clear(c.streams)
		c.board.tellAll()
	})
	close(c.over)
	c.cancel()
}
