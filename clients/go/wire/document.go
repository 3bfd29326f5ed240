// Bytes to documents: what holds a document together is checked here, in either codec, before anything is built that
// the bytes do not pay for. It knows no frame.

package wire

import (
	"fmt"
	"unicode/utf8"
)

// Codec is how frames are written.
type Codec uint8

// The two codecs.
const (
	// MessagePack is binary and the default.
	MessagePack Codec = iota
	// JSON is text.
	JSON
)

// Subprotocol is what a WebSocket offers for the codec.
func (c Codec) Subprotocol() string {
	if c == JSON {
		return "parloir.v1.json"
	}
	return "parloir.v1.msgpack"
}

const (
	// depthMax is how deep maps and lists may nest.
	depthMax = 32
	// FrameBytesMax is what a client reads of one frame: a page of 200 rows or lines with the longest texts is far
	// below it.
	FrameBytesMax = 16 << 20
)

// FrameError is bytes that are no frame.
type FrameError struct {
	// Message says why, in lower case.
	Message string
}

func (e *FrameError) Error() string { return e.Message }

func noFrame(form string, args ...any) *FrameError {
	return &FrameError{Message: fmt.Sprintf(form, args...)}
}

// texts is whether every text of a document is UTF-8.
type texts uint8

const (
	wellFormed texts = iota
	illFormed
)

// readDocument reads one document, a map, and says how its texts are.
func readDocument(codec Codec, bytes []byte) (Value, texts, error) {
	if len(bytes) > FrameBytesMax {
		return Value{}, wellFormed, noFrame("a frame of %d bytes is too large", len(bytes))
	}
	var (
		document Value
		formed   texts
		err      error
	)
	if codec == JSON {
		document, err = readJSON(bytes)
	} else {
		document, formed, err = readMessagePack(bytes)
	}
	if err != nil {
		return Value{}, formed, err
	}
	if document.kind != Map {
		return Value{}, formed, noFrame("a frame is a map")
	}
	return document, formed, nil
}

// known is the names of fields that the protocol has, so that reading them costs no memory. It is made before the
// first frame is read and never changed after.
var known = map[string]string{}

func nameOf(bytes []byte) string {
	if name, is := known[string(bytes)]; is {
		return name
	}
	return string(bytes)
}

func formedOf(text []byte) texts {
	if utf8.Valid(text) {
		return wellFormed
	}
	return illFormed
}
