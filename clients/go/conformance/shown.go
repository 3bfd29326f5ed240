// What a client knows, in the words of the wire, so that two clients that know the same print the same; and errors as
// the runner reads them.

package main

import (
	"context"
	"encoding/json"
	"errors"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/wire"
)

// raw is an entity as it stands on the wire.
func raw(entity any) json.RawMessage { return wire.Write(wire.JSON, entity) }

func (p *player) store() any {
	shown := map[string]any{}
	p.client.Read(func(held *store.Store) {
		if expected := held.Expected(); expected != nil {
			shown["epoch"] = expected.Epoch
		}
		shown["seq"] = held.Seq()
		directory := held.Directory()
		if directory.Me != nil {
			shown["me"] = directory.Me.AgentID
		}
		rows := []json.RawMessage{}
		for _, row := range held.Queue(p.view).Rows {
			rows = append(rows, raw(*row))
		}
		counters := map[wire.GroupID]json.RawMessage{}
		for _, counted := range held.CountersByGroup() {
			counters[counted.GroupID] = raw(counted)
		}
		timelines := map[wire.ConversationID][]json.RawMessage{}
		for _, id := range held.Threads() {
			lines := []json.RawMessage{}
			for _, line := range held.Thread(id).Lines {
				lines = append(lines, raw(line))
			}
			timelines[id] = lines
		}
		shown["rows"], shown["counters"], shown["timelines"] = rows, counters, timelines
		shown["agents"], shown["groups"] = rawMap(directory.Agents), rawMap(directory.Groups)
		shown["channels"] = rawMap(directory.Channels)
	})
	return shown
}

func rawMap[ID comparable, Entity any](entities map[ID]Entity) map[ID]json.RawMessage {
	shown := make(map[ID]json.RawMessage, len(entities))
	for id, entity := range entities {
		shown[id] = raw(entity)
	}
	return shown
}

// refusalOf is an error as the runner reads it.
func refusalOf(err error) any {
	var (
		ended   *parloir.Ended
		refused *wire.UpError
		unread  *wire.FrameError
		command *parloir.CommandError
		query   *parloir.QueryError
		refusal *parloir.Refusal
	)
	switch {
	case errors.As(err, &command):
		return raw(command.Body)
	case errors.As(err, &query):
		return raw(query.Body)
	case errors.As(err, &refusal):
		return raw(refusal.Body)
	case errors.As(err, &ended):
		return coded("ended", err)
	case errors.As(err, &refused):
		return coded(refused.Code, err)
	case errors.As(err, &unread):
		return coded("bad_frame", err)
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		return coded("timeout", err)
	case errors.Is(err, context.Canceled):
		return coded("cancelled", err)
	case errors.Is(err, errUnsupported):
		return coded("unsupported", err)
	default:
		return coded("failed", err)
	}
}

func coded(code string, err error) any {
	return map[string]string{"code": code, "message": err.Error()}
}
