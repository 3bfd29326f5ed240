// The handle that applications hold: one client stands for one agent. It joins the parts and decides nothing that one
// of them can.

package parloir

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

const (
	// outgoingMax is signals and the like that may wait to be sent; one more is not told.
	outgoingMax = 256
	// leaveTime is how long a client that leaves waits for the server's goodbye.
	leaveTime = time.Second
)

// Client is a connection to one workspace as one agent.
type Client struct {
	options Options
	doors   doors
	context context.Context
	cancel  context.CancelFunc
	group   sync.WaitGroup
	leave   sync.Once
	// over is closed once the connection is over for good.
	over chan struct{}
	// wake, retry and room have room for one sign each: something may be sent, connect now, a stream has room.
	wake, retry, room chan struct{}

	// telling is held while the outbox store is told, so that what happened first is told first.
	telling sync.Mutex
	// mutex guards everything below.
	mutex    sync.Mutex
	store    *store.Store
	board    board
	holds    map[store.Topic]int
	asks     asks
	filling  map[string]int64
	watches  map[int64]*openWatch
	streams  map[*Events]bool
	said     map[wire.ConversationID]said
	sendings map[wire.CommandID]*Sending
	kept     []Kept
	restored []Entry
	removals []wire.CommandID
	// named is entries that are put again, with whose they are.
	named    []Entry
	outgoing []wire.Up
	tokens   tokens
	position position
	pace     pace
	limits   wire.Limits
	// leaving is that it was told to leave.
	leaving bool
	me      wire.AgentID
	state   State
	ended   *Ended
	lastID  int64
	// followed is whether a snapshot was ever folded to its end: another one is a gap then.
	followed bool
	attempt
}

// attempt is one connection, from dialling to its end.
type attempt struct {
	connection *websocket.Conn
	stop       context.CancelCauseFunc
	welcomed   bool
	pong       bool
	// paused is while the socket is not read because the application is slow.
	paused bool
	// renewed is whether another token was tried since the last welcome.
	renewed bool
	seen    time.Time
	goodbye *wire.Goodbye
}

// Connect starts to connect. Its error says that Options cannot be used or that the outbox cannot be read; whether the
// server is there shows in [Client.State].
func Connect(options Options) (*Client, error) {
	doors, err := doorsOf(options.URL)
	if err != nil {
		return nil, err
	}
	if options.Token == nil {
		return nil, errors.New("there is no token: set Options.Token")
	}
	options.complete()
	client := &Client{
		options:  options,
		doors:    doors,
		over:     make(chan struct{}),
		wake:     make(chan struct{}, 1),
		retry:    make(chan struct{}, 1),
		room:     make(chan struct{}, 1),
		store:    store.New(options.RowsMax),
		board:    board{map[store.Topic]map[chan struct{}]bool{}},
		holds:    map[store.Topic]int{},
		asks:     newAsks(),
		filling:  map[string]int64{},
		watches:  map[int64]*openWatch{},
		streams:  map[*Events]bool{},
		said:     map[wire.ConversationID]said{},
		sendings: map[wire.CommandID]*Sending{},
		limits:   wire.DefaultLimits(),
		state:    State{Phase: Connecting},
	}
	if err := client.restore(); err != nil {
		return nil, err
	}
	client.context, client.cancel = context.WithCancel(context.Background())
	client.store.Begin(*options.View)
	client.group.Add(1)
	go client.run()
	return client, nil
}

// Close ends the connection for good and waits until nothing of the client goes on. Commands without an answer stay in
// the outbox store.
func (c *Client) Close() {
	c.leave.Do(func() {
		var connection *websocket.Conn
		c.locked(func() { connection, c.leaving = c.connection, true })
		if connection != nil {
			c.sayGoodbye(connection)
		}
		c.cancel()
	})
	c.group.Wait()
}

// sayGoodbye closes the socket as the protocol has it, where the server answers soon.
func (c *Client) sayGoodbye(connection *websocket.Conn) {
	closed := make(chan struct{})
	c.group.Add(1)
	go func() {
		defer c.group.Done()
		defer close(closed)
		// What fails here, or takes too long, is cut with the context of who reads.
		_ = connection.Close(websocket.StatusNormalClosure, "")
	}()
	select {
	case <-closed:
	case <-time.After(leaveTime):
	}
}

// Live waits until the connection is live. Its error is an [Ended], or that of the context.
func (c *Client) Live(ctx context.Context) error {
	states := c.States()
	defer states.Close()
	_, err := states.Until(ctx, func(state State) bool { return state.Phase == Live })
	return err
}

// State is where the connection is.
func (c *Client) State() (state State) {
	c.locked(func() { state = c.state })
	return state
}

// Over is closed once the connection is over for good.
func (c *Client) Over() <-chan struct{} { return c.over }

// Retry connects now instead of after the pause, for example when the network is back.
func (c *Client) Retry() {
	select {
	case c.retry <- struct{}{}:
	default:
	}
}

// Cut drops the socket as a broken network would. The client comes back by itself.
func (c *Client) Cut() {
	c.locked(func() {
		if c.stop != nil {
			c.stop(errCut)
		}
	})
}

func (c *Client) locked(run func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	run()
}

func (c *Client) now() time.Time { return time.Now() }

// stir wakes whoever sends.
func (c *Client) stir() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// ask has something sent until it is answered.
func (c *Client) ask(ask *asking) {
	c.asks.push(ask)
	c.stir()
	c.roomAgain()
}

// tell sends without waiting for an answer; nothing is sent when there is no connection.
func (c *Client) tell(frame wire.Up) {
	if c.welcomed && len(c.outgoing) < outgoingMax {
		c.outgoing = append(c.outgoing, frame)
		c.stir()
	}
}

// changed asks for what the store lacks now and tells who follows what changed.
func (c *Client) changed() {
	c.fill()
	for _, topic := range c.store.TakeChanges() {
		c.board.tell(topic)
	}
}

func (c *Client) setState(state State) {
	c.state = state
	c.board.tell(topicState)
}

func (c *Client) endedError() error {
	var ended *Ended
	c.locked(func() { ended = c.ended })
	return ended
}
