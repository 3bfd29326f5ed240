// Frames of clients as a server reads them: every field of its form, and a code for what is not. It is for tests and
// for adapters; a client never needs it.

package wire

import (
	"errors"
	"reflect"
)

// UpError is why bytes are no frame of a client, by the code that a server answers or closes with.
type UpError struct {
	// Code is one of the registry's.
	Code string
	// Message says why.
	Message string
	// CommandID or ID is whom the refusal answers, where that could be read.
	CommandID CommandID
	ID        *int64
}

func (e *UpError) Error() string { return e.Code + ": " + e.Message }

// ReadUp reads a frame of a client. Its error is an [UpError].
func ReadUp(codec Codec, bytes []byte) (Up, error) {
	document, formed, err := readDocument(codec, bytes)
	if err != nil {
		return nil, &UpError{Code: "bad_frame", Message: err.Error()}
	}
	kind := document.Get("type")
	if kind.kind != Text {
		return nil, &UpError{Code: "bad_frame", Message: "a frame has a type"}
	}
	switch kind.text {
	case "command":
		return readCommandFrame(document, formed)
	case "query", "watch":
		return readQuestion(kind.text, document, formed)
	}
	if _, is := ups.byName[kind.text]; !is {
		code := "unknown_type"
		if formed == illFormed {
			code = "bad_frame"
		}
		return nil, &UpError{Code: code, Message: "'" + kind.text + "' is no type of a client's frame"}
	}
	var frame Up
	if formed == illFormed {
		return nil, &UpError{Code: "invalid_params", Message: "a text is no UTF-8"}
	}
	if err := bind(document, &frame, strict); err != nil {
		return nil, &UpError{Code: "invalid_params", Message: err.Error()}
	}
	return frame, nil
}

type commandHead struct {
	CommandID CommandID `wire:"command_id"`
	Expected  *Expected `wire:"expected,optional"`
}

func readCommandFrame(document Value, formed texts) (Up, error) {
	var head commandHead
	if err := bind(document, &head, strict); err != nil {
		return nil, &UpError{Code: "invalid_params", Message: err.Error()}
	}
	command, err := readStrictly[Command](commands, document, formed)
	if err != nil {
		err.CommandID = head.CommandID
		if err.Code == "" {
			err.Code = "unknown_command"
		}
		return nil, err
	}
	return CommandFrame{CommandID: head.CommandID, Expected: head.Expected, Command: command}, nil
}

type queryHead struct {
	ID      int64 `wire:"id,zero"`
	AtLeast *Seq  `wire:"at_least,optional"`
}

type watchHead struct {
	ID int64 `wire:"id"`
}

func readQuestion(kind string, document Value, formed texts) (Up, error) {
	var (
		head  queryHead
		watch watchHead
		err   error
	)
	if kind == "watch" {
		err = bind(document, &watch, strict)
		head.ID = watch.ID
	} else {
		err = bind(document, &head, strict)
	}
	if err != nil {
		return nil, &UpError{Code: "invalid_params", Message: err.Error()}
	}
	query, refused := readStrictly[Query](queries, document, formed)
	if _, searches := query.(SearchConversations); refused == nil && kind == "watch" && !searches {
		refused = &UpError{Message: "it cannot be watched"}
	}
	if refused != nil {
		refused.ID = &head.ID
		if refused.Code == "" {
			refused.Code = "unknown_query"
		}
		return nil, refused
	}
	if kind == "watch" {
		return WatchFrame{ID: head.ID, Query: query}, nil
	}
	return QueryFrame{ID: head.ID, AtLeast: head.AtLeast, Query: query}, nil
}

// readStrictly reads what `name` and `params` say. The code of its error is empty when the name is not known.
func readStrictly[T any](union *union, document Value, formed texts) (read T, refused *UpError) {
	name := document.Get("name")
	of, is := union.byName[name.text]
	if !is || name.kind != Text {
		return read, &UpError{Message: "'" + name.text + "' is not known"}
	}
	err := error(noFrame("a text is no UTF-8"))
	variant := reflect.New(of).Elem()
	if formed == wellFormed {
		err = planOf(of).read(document.Get("params"), variant, strict)
	}
	var wrong *FrameError
	if errors.As(err, &wrong) {
		return read, &UpError{Code: "invalid_params", Message: wrong.Message}
	}
	return variant.Interface().(T), nil
}
