// The clients of a scenario by their names, and what is done with each. Every request begins in the order of the lines.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/wire"
)

const (
	// eventsMax is events that are kept until they are asked for.
	eventsMax = 20_000
	// longest is how long a request that names no time may take.
	longest = 2 * time.Minute
	// pollTime is how often it is looked at what cannot be followed.
	pollTime = 2 * time.Millisecond
)

var (
	errTimeout     = errors.New("it did not come in time")
	errUnsupported = errors.New("it is not known what to do")
)

type adapter struct {
	mutex   sync.Mutex
	clients map[string]*player
}

func newAdapter() *adapter { return &adapter{clients: map[string]*player{}} }

// player is one client and what the scenario holds of it.
type player struct {
	client  *parloir.Client
	view    wire.View
	queue   *parloir.Queue
	outbox  io.Closer
	threads map[wire.ConversationID]*parloir.Thread
	watches []*parloir.Watched[parloir.Found]

	mutex    sync.Mutex
	sendings map[wire.CommandID]*parloir.Sending
	events   []any
	dropped  int
	reading  sync.Once
	// read is closed once the application reads its events.
	read chan struct{}
}

func done(ok any) finish { return func() (any, error) { return ok, nil } }

var nothing = map[string]any{}

func (a *adapter) begin(request wire.Value) (finish, error) {
	do := request.Get("do").Text()
	if finish, err := withoutClient(do, request); finish != nil || err != nil {
		return finish, err
	}
	name := request.Get("client").Text()
	if do == "connect" {
		return a.connect(name, request)
	}
	a.mutex.Lock()
	player, is := a.clients[name]
	if do == "close" {
		delete(a.clients, name)
	}
	a.mutex.Unlock()
	if !is {
		return nil, fmt.Errorf("there is no client '%s'", name)
	}
	return player.begin(do, request)
}

func (a *adapter) connect(name string, request wire.Value) (finish, error) {
	made := &player{
		threads:  map[wire.ConversationID]*parloir.Thread{},
		sendings: map[wire.CommandID]*parloir.Sending{},
		read:     make(chan struct{}),
	}
	made.view = wire.View{Status: wire.StatusOpen, Order: wire.OrderActivity}
	options := parloir.Options{
		URL:     request.Get("url").Text(),
		Token:   tokensOf(request.Get("tokens")),
		View:    &made.view,
		RowsMax: int(request.Get("rows").Integer()),
		Backoff: parloir.Backoff{Floor: 50 * time.Millisecond, Ceiling: 500 * time.Millisecond},
	}
	if request.Get("codec").Text() == "json" {
		options.Codec = wire.JSON
	}
	if view := request.Get("view"); view.Kind() == wire.Map {
		made.view = wire.View{}
		if err := view.Bind(&made.view); err != nil {
			return nil, err
		}
	}
	if path := request.Get("outbox"); path.Kind() == wire.Text {
		outbox, err := parloir.OpenFileOutbox(path.Text())
		if err != nil {
			return nil, err
		}
		made.outbox, options.Outbox = outbox, outbox
	}
	client, err := parloir.Connect(options)
	if err != nil {
		return nil, err
	}
	made.client = client
	made.queue = client.Queue(made.view)
	events := client.Events()
	go made.keepEvents(events)
	if !request.Get("slow").Bool() {
		made.resumeReading()
	}
	a.mutex.Lock()
	a.clients[name] = made
	a.mutex.Unlock()
	return done(nothing), nil
}

// tokensOf gives the first token, then on each later ask the next, the last for ever.
func tokensOf(tokens wire.Value) parloir.TokenSource {
	var mutex sync.Mutex
	asked := 0
	return func(context.Context) (parloir.Token, error) {
		mutex.Lock()
		defer mutex.Unlock()
		if tokens.Len() == 0 {
			return parloir.Token{}, nil
		}
		next := tokens.At(min(asked, tokens.Len()-1)).Text()
		asked++
		return parloir.Token{Secret: next}, nil
	}
}

func (p *player) resumeReading() { p.reading.Do(func() { close(p.read) }) }

// keepEvents is the application: it reads its stream and keeps what it got.
func (p *player) keepEvents(events *parloir.Events) {
	<-p.read
	for event, err := range events.All(context.Background()) {
		p.mutex.Lock()
		var gap *parloir.GapError
		switch {
		case errors.As(err, &gap):
			p.dropped += max(0, gap.Dropped)
			if len(p.events) < eventsMax {
				p.events = append(p.events, map[string]any{"gap": true})
			}
		case err == nil && len(p.events) < eventsMax:
			p.events = append(p.events, map[string]any{"seq": event.Seq, "name": event.Name()})
		case err == nil:
			p.dropped++
		}
		p.mutex.Unlock()
	}
}

func (p *player) takeEvents() any {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	taken := map[string]any{"events": p.events, "dropped": p.dropped}
	if p.events == nil {
		taken["events"] = []any{}
	}
	p.events, p.dropped = nil, 0
	return taken
}

func (p *player) close() finish {
	return func() (any, error) {
		p.resumeReading()
		p.client.Close()
		if p.outbox != nil {
			return nothing, p.outbox.Close()
		}
		return nothing, nil
	}
}

// timeOf is how long a request may take.
func timeOf(request wire.Value) (context.Context, context.CancelFunc) {
	within := longest
	if asked := request.Get("within_ms"); asked.Kind() == wire.Integer {
		within = time.Duration(asked.Integer()) * time.Millisecond
	}
	return context.WithTimeout(context.Background(), within)
}

// until looks again and again, for what cannot be followed.
func until(request wire.Value, look func() bool) error {
	ctx, stop := timeOf(request)
	defer stop()
	for !look() {
		if ctx.Err() != nil {
			return errTimeout
		}
		time.Sleep(pollTime)
	}
	return nil
}
