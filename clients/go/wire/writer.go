// Documents to bytes in either codec, every value as short as the codec has it. It decides no field and no order.

package wire

import (
	"math"
	"strconv"
	"strings"

	"github.com/tinylib/msgp/msgp"
)

type writer struct {
	codec Codec
	bytes []byte
	// apart is whether a comma comes before the next value in JSON.
	apart bool
}

// separate puts the comma before a value in JSON.
func (w *writer) separate() {
	if w.apart {
		w.bytes = append(w.bytes, ',')
	}
	w.apart = true
}

func (w *writer) beginMap(count int) {
	if w.codec == MessagePack {
		w.bytes = msgp.AppendMapHeader(w.bytes, uint32(count))
		return
	}
	w.separate()
	w.bytes = append(w.bytes, '{')
	w.apart = false
}

func (w *writer) endMap() {
	if w.codec == JSON {
		w.bytes = append(w.bytes, '}')
		w.apart = true
	}
}

func (w *writer) beginList(count int) {
	if w.codec == MessagePack {
		w.bytes = msgp.AppendArrayHeader(w.bytes, uint32(count))
		return
	}
	w.separate()
	w.bytes = append(w.bytes, '[')
	w.apart = false
}

func (w *writer) endList() {
	if w.codec == JSON {
		w.bytes = append(w.bytes, ']')
		w.apart = true
	}
}

// name begins a field.
func (w *writer) name(name string) {
	w.text(name)
	if w.codec == JSON {
		w.bytes = append(w.bytes, ':')
		w.apart = false
	}
}

// text writes a text. What is no UTF-8 in it becomes U+FFFD, as in encoding/json: a server ends the connection for it.
func (w *writer) text(text string) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if w.codec == MessagePack {
		w.bytes = msgp.AppendString(w.bytes, text)
		return
	}
	w.separate()
	w.bytes = appendJSONText(w.bytes, text)
}

func (w *writer) integer(number int64) {
	switch {
	case w.codec == JSON:
		w.separate()
		w.bytes = strconv.AppendInt(w.bytes, number, 10)
	case number >= 0:
		w.bytes = msgp.AppendUint64(w.bytes, uint64(number))
	default:
		w.bytes = msgp.AppendInt64(w.bytes, number)
	}
}

func (w *writer) float(number float64) {
	if w.codec == MessagePack {
		w.bytes = msgp.AppendFloat64(w.bytes, number)
		return
	}
	w.separate()
	form := byte('f')
	if size := math.Abs(number); size != 0 && (size < 1e-5 || size >= 1e16) {
		form = 'e'
	}
	w.bytes = strconv.AppendFloat(w.bytes, number, form, -1, 64)
}

func (w *writer) bool(truth bool) {
	if w.codec == MessagePack {
		w.bytes = msgp.AppendBool(w.bytes, truth)
		return
	}
	w.separate()
	w.bytes = strconv.AppendBool(w.bytes, truth)
}

func (w *writer) null() {
	if w.codec == MessagePack {
		w.bytes = msgp.AppendNil(w.bytes)
		return
	}
	w.separate()
	w.bytes = append(w.bytes, "null"...)
}

// value writes a part of a document as it came.
func (w *writer) value(value Value) {
	switch value.kind {
	case Absent, Null:
		w.null()
	case Bool:
		w.bool(value.Bool())
	case Integer:
		w.integer(value.Integer())
	case Float:
		w.float(value.Float())
	case Text:
		w.text(value.text)
	case List:
		w.beginList(value.Len())
		for index := range value.entries {
			w.value(value.entries[index].value)
		}
		w.endList()
	case Map:
		w.beginMap(value.Len())
		for index := range value.entries {
			w.name(value.entries[index].name)
			w.value(value.entries[index].value)
		}
		w.endMap()
	}
}

var shortEscapes = map[byte]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

func appendJSONText(bytes []byte, text string) []byte {
	const digits = "0123456789abcdef"
	bytes = append(bytes, '"')
	from := 0
	for at := range len(text) {
		char := text[at]
		if char >= ' ' && char != '"' && char != '\\' {
			continue
		}
		bytes = append(bytes, text[from:at]...)
		if short, is := shortEscapes[char]; is {
			bytes = append(bytes, short...)
		} else {
			bytes = append(bytes, `\u00`...)
			bytes = append(bytes, digits[char>>4], digits[char&0xf])
		}
		from = at + 1
	}
	return append(append(bytes, text[from:]...), '"')
}
