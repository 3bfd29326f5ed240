// What each request asks of a client. It says what the client says, in the words of the wire.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

func (p *player) begin(do string, request wire.Value) (finish, error) {
	switch do {
	case "state":
		return done(stateOf(p.client.State())), nil
	case "await_state":
		return p.awaitState(request), nil
	case "await_seq":
		return p.awaitSeq(request), nil
	case "await_unsent":
		return p.awaitUnsent(request), nil
	case "command":
		return p.command(request)
	case "settled":
		return p.settled(request), nil
	case "query":
		return p.query(request)
	case "watch":
		return p.watch(request)
	case "hits", "await_hits":
		return p.hits(request), nil
	case "signal":
		id := wire.ConversationID(request.Get("conversation_id").Text())
		p.client.Signal(id, wire.Doing(request.Get("doing").Text()))
		return done(nothing), nil
	case "await_signal":
		return p.awaitSignal(request), nil
	case "store":
		return done(p.store()), nil
	case "timeline":
		return p.timeline(request), nil
	case "events":
		return done(p.takeEvents()), nil
	case "resume_reading":
		p.resumeReading()
		return done(nothing), nil
	case "upload":
		return p.upload(request), nil
	case "close":
		return p.close(), nil
	default:
		return nil, errUnsupported
	}
}

func stateOf(state parloir.State) any {
	shown := map[string]any{"state": state.Phase}
	if state.Phase == parloir.Closed {
		shown["code"] = state.Code
	}
	return shown
}

func (p *player) awaitState(request wire.Value) finish {
	wanted := parloir.Phase(request.Get("state").Text())
	return func() (any, error) {
		err := until(request, func() bool { return p.client.State().Phase == wanted })
		return stateOf(p.client.State()), err
	}
}

func (p *player) awaitSeq(request wire.Value) finish {
	seq := wire.Seq(request.Get("seq").Integer())
	return func() (any, error) {
		var reached *wire.Expected
		err := until(request, func() bool {
			reached = p.client.Expected()
			return reached != nil && reached.Seq >= seq
		})
		if err != nil {
			return nil, err
		}
		return map[string]any{"seq": reached.Seq, "epoch": reached.Epoch}, nil
	}
}

func (p *player) awaitUnsent(request wire.Value) finish {
	count := int(request.Get("count").Integer())
	return func() (any, error) {
		outbox := p.client.Outbox()
		defer outbox.Close()
		return nothing, until(request, func() bool { return len(outbox.Value()) == count })
	}
}

func (p *player) command(request wire.Value) (finish, error) {
	command, err := wire.ReadCommand(request.Get("name").Text(), request.Get("params"))
	if err != nil {
		return nil, err
	}
	var options []parloir.CommandOption
	if id := request.Get("command_id"); id.Kind() == wire.Text {
		options = append(options, parloir.WithCommandID(wire.CommandID(id.Text())))
	}
	if request.Get("expected").Bool() {
		options = append(options, parloir.WithExpected(p.client.Expected()))
	}
	sending, err := p.client.Give(command, options...)
	if err != nil {
		return nil, err
	}
	p.mutex.Lock()
	p.sendings[sending.CommandID] = sending
	p.mutex.Unlock()
	if wait := request.Get("wait"); wait.Kind() == wire.Bool && !wait.Bool() {
		return done(map[string]any{"command_id": sending.CommandID}), nil
	}
	return func() (any, error) { return answered(sending, request) }, nil
}

func answered(sending *parloir.Sending, request wire.Value) (any, error) {
	ctx, stop := timeOf(request)
	defer stop()
	answer, err := sending.Wait(ctx)
	if err != nil {
		return nil, err
	}
	var shown map[string]any
	if err := json.Unmarshal(wire.Write(wire.JSON, answer), &shown); err != nil {
		return nil, err
	}
	shown["command_id"], shown["replayed"] = sending.CommandID, false
	return shown, nil
}

func (p *player) settled(request wire.Value) finish {
	id := wire.CommandID(request.Get("command_id").Text())
	p.mutex.Lock()
	sending, is := p.sendings[id]
	p.mutex.Unlock()
	if is {
		return func() (any, error) { return answered(sending, request) }
	}
	return func() (any, error) {
		outbox := p.client.Outbox()
		defer outbox.Close()
		waits := func(kept parloir.Kept) bool { return kept.CommandID == id }
		err := until(request, func() bool { return !slices.ContainsFunc(outbox.Value(), waits) })
		return map[string]any{"command_id": id}, err
	}
}

func (p *player) query(request wire.Value) (finish, error) {
	query, err := wire.ReadQuery(request.Get("name").Text(), request.Get("params"))
	if err != nil {
		return nil, err
	}
	var options []parloir.QueryOption
	if seq := request.Get("at_least"); seq.Kind() == wire.Integer {
		options = append(options, parloir.AtLeast(wire.Seq(seq.Integer())))
	}
	return func() (any, error) {
		ctx, stop := timeOf(request)
		defer stop()
		answer, err := p.client.Query(ctx, query, options...)
		return raw(answer), err
	}, nil
}

func (p *player) watch(request wire.Value) (finish, error) {
	var search wire.SearchConversations
	if err := request.Get("params").Bind(&search); err != nil {
		return nil, err
	}
	watch := p.client.Watch(search)
	p.watches = append(p.watches, watch)
	shown := map[string]any{"watch": len(p.watches)}
	return func() (any, error) {
		ctx, stop := timeOf(request)
		defer stop()
		found, err := watch.Until(ctx, func(found parloir.Found) bool { return found.Load.Loading != store.Awaited })
		if err == nil && found.Load.Error != nil {
			err = &parloir.QueryError{Refusal: parloir.Refusal{Body: *found.Load.Error}}
		}
		return shown, err
	}, nil
}

func (p *player) hits(request wire.Value) finish {
	watch := p.watches[request.Get("watch").Integer()-1]
	wanted := request.Get("ids")
	return func() (any, error) {
		var found parloir.Found
		err := until(request, func() bool {
			found = watch.Value()
			return wanted.Kind() != wire.List || slices.Equal(idsOf(found), textsOf(wanted))
		})
		shown := map[string]any{"ids": idsOf(found)}
		if found.Total != nil {
			shown["counted"] = found.Total.Count
		}
		return shown, err
	}
}

func idsOf(found parloir.Found) []string {
	ids := []string{}
	for _, hit := range found.Hits {
		ids = append(ids, string(hit.ID()))
	}
	return ids
}

func textsOf(list wire.Value) []string {
	texts := []string{}
	for index := range list.Len() {
		texts = append(texts, list.At(index).Text())
	}
	return texts
}

func (p *player) awaitSignal(request wire.Value) finish {
	agent := wire.AgentID(request.Get("agent_id").Text())
	doing := wire.Presence(request.Get("doing").Text())
	present := p.client.Present(wire.ConversationID(request.Get("conversation_id").Text()))
	return func() (any, error) {
		defer present.Close()
		return nothing, until(request, func() bool {
			var found wire.Presence
			for _, one := range present.Value() {
				if one.AgentID == agent {
					found = one.Doing
				}
			}
			return found == doing
		})
	}
}

func (p *player) timeline(request wire.Value) finish {
	id := wire.ConversationID(request.Get("conversation_id").Text())
	thread, is := p.threads[id]
	if !is {
		thread = p.client.Thread(id)
		p.threads[id] = thread
	}
	return func() (any, error) {
		ctx, stop := timeOf(request)
		defer stop()
		value, err := thread.Until(ctx, func(thread store.Thread) bool { return thread.Load.Loading != store.Awaited })
		if err != nil {
			return nil, err
		}
		if value.Load.Error != nil {
			return nil, &parloir.Refusal{Body: *value.Load.Error}
		}
		if request.Get("earlier").Bool() {
			if _, err := thread.More(ctx); err != nil {
				return nil, err
			}
		}
		return map[string]any{"items": len(thread.Value().Lines)}, nil
	}
}

func (p *player) upload(request wire.Value) finish {
	return func() (any, error) {
		bytes, err := os.Open(request.Get("path").Text())
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, bytes.Close()) }()
		about, err := bytes.Stat()
		if err != nil {
			return nil, err
		}
		ctx, stop := timeOf(request)
		defer stop()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		told := 0
		at := request.Get("cancel_at")
		attachment, err := p.client.Upload(ctx, parloir.File{
			Name: request.Get("name").Text(), Bytes: about.Size(), Content: bytes,
			Progress: func(sent, _ int64) {
				told++
				if at.Kind() == wire.Integer && sent >= at.Integer() {
					cancel()
				}
			},
		})
		return map[string]any{"attachment_id": attachment.AttachmentID, "progress": told}, err
	}
}
