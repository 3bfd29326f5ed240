// Frames to bytes and back. What a newer server says is read as far as it is known; a frame that cannot be read is an
// error, and never half a frame.

package wire

import (
	"reflect"
	"sync"
)

var fieldLists sync.Map

// fieldsCached is the fields of a struct, read from its tags once.
func fieldsCached(of reflect.Type) []field {
	if made, is := fieldLists.Load(of); is {
		return made.([]field)
	}
	made, _ := fieldLists.LoadOrStore(of, fieldsOf(of))
	return made.([]field)
}

// WriteUp writes a frame of a client.
func WriteUp(codec Codec, frame Up) []byte {
	out := writer{codec: codec}
	ups.write(&out, reflect.ValueOf(frame))
	return out.bytes
}

// WriteDown writes a frame of a server.
func WriteDown(codec Codec, frame Down) []byte {
	out := writer{codec: codec}
	downs.write(&out, reflect.ValueOf(frame))
	return out.bytes
}

// Write writes an entity, or any other value of this package that is a map on the wire.
func Write(codec Codec, entity any) []byte {
	out := writer{codec: codec}
	from := reflect.ValueOf(entity)
	planOf(from.Type()).write(&out, from)
	return out.bytes
}

// Read reads a document that is not a frame. Its error is a [FrameError].
func Read(codec Codec, bytes []byte) (Value, error) {
	value, formed, err := readDocument(codec, bytes)
	if err == nil && formed == illFormed {
		return Value{}, noFrame("a text is no UTF-8")
	}
	return value, err
}

// ReadDown reads a frame of the server. Its error is a [FrameError].
func ReadDown(codec Codec, bytes []byte) (Down, error) {
	document, err := Read(codec, bytes)
	if err != nil {
		return nil, err
	}
	var frame Down
	if err := bind(document, &frame, lenient); err != nil {
		return nil, err
	}
	return frame, nil
}

// SizeOf is the length of a frame in bytes when it is written.
func SizeOf(codec Codec, frame Up) int {
	return len(WriteUp(codec, frame))
}

func init() {
	for _, union := range []*union{ups, downs, items, actors, commands, queries, events} {
		for _, of := range union.byName {
			learn(of)
		}
	}
	for _, word := range []string{"type", "name", "kind"} {
		known[word] = word
	}
}

// learn takes the names of a type's fields, and of those of the types in it.
func learn(of reflect.Type) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		learn(of.Elem())
	case reflect.Struct:
		if of == typeOf[Value]() {
			return
		}
		for index, field := range fieldsCached(of) {
			known[field.name] = field.name
			learn(of.Field(index).Type)
		}
	default:
	}
}
