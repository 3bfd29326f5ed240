// Requests that need no client: golden frames, vectors of text, constants. Each is a function of its own words.

package main

import (
	"encoding/hex"
	"fmt"
	"strconv"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/text"
	"github.com/parloir/parloir/clients/go/wire"
)

// withoutClient answers what needs no client; nothing when it is something else.
func withoutClient(do string, request wire.Value) (finish, error) {
	given := request.Get("text").Text()
	switch do {
	case "about":
		return done(map[string]any{"sdk": "go", "version": parloir.Version, "protocol": 1}), nil
	case "constants":
		return done(constants()), nil
	case "decode":
		return decode(request)
	case "encode":
		return encode(request)
	case "fold":
		return done(map[string]any{"folded": text.Fold(given)}), nil
	case "words":
		return done(words(given, request)), nil
	case "numbers":
		return done(numbers(given, request)), nil
	case "segments":
		return done(segments(given)), nil
	case "template":
		return done(template(given, request.Get("values"))), nil
	case "search":
		return done(search(given)), nil
	default:
		return nil, nil
	}
}

func constants() any {
	closes := map[string]bool{}
	for _, code := range parloir.CloseCodes() {
		closes[strconv.Itoa(code)] = parloir.Reconnects(code)
	}
	return map[string]any{"errors": parloir.Codes(), "closes": closes}
}

func codecOf(request wire.Value) wire.Codec {
	if request.Get("codec").Text() == "json" {
		return wire.JSON
	}
	return wire.MessagePack
}

func decode(request wire.Value) (finish, error) {
	bytes, err := hex.DecodeString(request.Get("hex").Text())
	if err != nil {
		return nil, fmt.Errorf("hex: %w", err)
	}
	document, err := rewritten(request, codecOf(request), bytes, wire.JSON)
	if err != nil {
		return nil, err
	}
	value, err := wire.Read(wire.JSON, document)
	return done(map[string]any{"document": raw(value)}), err
}

func encode(request wire.Value) (finish, error) {
	bytes, err := rewritten(request, wire.JSON, raw(request.Get("document")), codecOf(request))
	return done(map[string]any{"hex": hex.EncodeToString(bytes)}), err
}

// rewritten reads a frame in one codec and writes it in another.
func rewritten(request wire.Value, from wire.Codec, bytes []byte, to wire.Codec) ([]byte, error) {
	if request.Get("direction").Text() == "up" {
		frame, err := wire.ReadUp(from, bytes)
		if err != nil {
			return nil, err
		}
		return wire.WriteUp(to, frame), nil
	}
	frame, err := wire.ReadDown(from, bytes)
	if err != nil {
		return nil, err
	}
	return wire.WriteDown(to, frame), nil
}
