// A part of a document as it came, before it is known what it means: maps, lists, texts, numbers. It is read and never
// changed.

package wire

import (
	"math"
	"sort"
)

// Kind is what a [Value] is.
type Kind uint8

// What a value can be.
const (
	Absent Kind = iota
	Null
	Bool
	Integer
	Float
	Text
	List
	Map
)

// Value is a part of a document. The zero value is an absent one.
type Value struct {
	kind    Kind
	number  uint64
	text    string
	entries []entry
}

// entry is an item of a list, or a field of a map.
type entry struct {
	name  string
	value Value
}

// Kind tells what the value is.
func (v Value) Kind() Kind { return v.kind }

// Bool is a boolean; false when it is none.
func (v Value) Bool() bool { return v.kind == Bool && v.number != 0 }

// Integer is a whole number; zero when it is none.
func (v Value) Integer() int64 {
	if v.kind != Integer {
		return 0
	}
	return int64(v.number)
}

// Float is a number; zero when it is none.
func (v Value) Float() float64 {
	switch v.kind {
	case Integer:
		return float64(int64(v.number))
	case Float:
		return math.Float64frombits(v.number)
	default:
		return 0
	}
}

// Text is a text; empty when it is none.
func (v Value) Text() string { return v.text }

// Len is how many items or fields there are.
func (v Value) Len() int { return len(v.entries) }

// At is an item of a list, or the value of a field by its place.
func (v Value) At(index int) Value { return v.entries[index].value }

// Name is the name of a field by its place; empty in a list.
func (v Value) Name(index int) string { return v.entries[index].name }

// Get is a field of a map; absent when there is none.
func (v Value) Get(name string) Value {
	if v.kind != Map {
		return Value{}
	}
	for index := range v.entries {
		if v.entries[index].name == name {
			return v.entries[index].value
		}
	}
	return Value{}
}

// Any is the value as encoding/json would have it, whole numbers as int64.
func (v Value) Any() any {
	switch v.kind {
	case Absent, Null:
		return nil
	case Bool:
		return v.Bool()
	case Integer:
		return v.Integer()
	case Float:
		return v.Float()
	case Text:
		return v.text
	case List:
		items := make([]any, len(v.entries))
		for index := range v.entries {
			items[index] = v.entries[index].value.Any()
		}
		return items
	case Map:
		fields := make(map[string]any, len(v.entries))
		for index := range v.entries {
			fields[v.entries[index].name] = v.entries[index].value.Any()
		}
		return fields
	}
	return nil
}

// Bind reads the value into what `into` points to. What is there and not of its form is a [FrameError].
func (v Value) Bind(into any) error {
	return bind(v, into, lenient)
}

// MapOf makes a map of texts, whole numbers, booleans and values, its fields in the order of their names. It is for
// details of refusals that a client makes itself.
func MapOf(fields map[string]any) Value {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	made := Value{kind: Map, entries: make([]entry, 0, len(names))}
	for _, name := range names {
		made.entries = append(made.entries, entry{name, valueOf(fields[name])})
	}
	return made
}

func valueOf(given any) Value {
	switch given := given.(type) {
	case string:
		return textValue(given)
	case int:
		return integerValue(int64(given))
	case int64:
		return integerValue(given)
	case bool:
		return boolValue(given)
	case Value:
		return given
	default:
		return Value{kind: Null}
	}
}

func textValue(text string) Value     { return Value{kind: Text, text: text} }
func integerValue(number int64) Value { return Value{kind: Integer, number: uint64(number)} }
func floatValue(number float64) Value { return Value{kind: Float, number: math.Float64bits(number)} }
func boolValue(truth bool) (value Value) {
	value.kind = Bool
	if truth {
		value.number = 1
	}
	return value
}
