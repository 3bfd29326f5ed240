// MessagePack as the protocol allows it: maps with text keys, lists, texts, numbers, booleans and nothing; no bin, no
// ext, a bounded depth, nothing after the document. Bytes go through github.com/tinylib/msgp.

package wire

import (
	"github.com/tinylib/msgp/msgp"
)

type unpacker struct {
	rest  []byte
	texts texts
}

func readMessagePack(bytes []byte) (Value, texts, error) {
	unpacker := unpacker{rest: bytes}
	value, err := unpacker.value(0)
	if err != nil {
		return Value{}, wellFormed, err
	}
	if len(unpacker.rest) > 0 {
		return Value{}, wellFormed, noFrame("%d bytes after the document", len(unpacker.rest))
	}
	return value, unpacker.texts, nil
}

func (u *unpacker) value(depth int) (Value, error) {
	if len(u.rest) == 0 {
		return Value{}, noFrame("the bytes end too early")
	}
	switch msgp.NextType(u.rest) {
	case msgp.StrType:
		text, err := u.text()
		return textValue(string(text)), err
	case msgp.MapType:
		return u.entries(Map, depth)
	case msgp.ArrayType:
		return u.entries(List, depth)
	default:
		return u.plain()
	}
}

func (u *unpacker) plain() (value Value, err error) {
	switch msgp.NextType(u.rest) {
	case msgp.IntType:
		var number int64
		number, u.rest, err = msgp.ReadInt64Bytes(u.rest)
		value = integerValue(number)
	case msgp.UintType:
		var number uint64
		number, u.rest, err = msgp.ReadUint64Bytes(u.rest)
		if value = integerValue(int64(number)); number > 1<<63-1 {
			value = floatValue(float64(number))
		}
	case msgp.Float64Type, msgp.Float32Type:
		var number float64
		number, u.rest, err = msgp.ReadFloat64Bytes(u.rest)
		value = floatValue(number)
	case msgp.BoolType:
		var truth bool
		truth, u.rest, err = msgp.ReadBoolBytes(u.rest)
		value = boolValue(truth)
	case msgp.NilType:
		u.rest, err = msgp.ReadNilBytes(u.rest)
		value = Value{kind: Null}
	default:
		return Value{}, noFrame("0x%x has no place in a document", u.rest[0])
	}
	if err != nil {
		return Value{}, noFrame("the bytes are no MessagePack: %v", err)
	}
	return value, nil
}

func (u *unpacker) text() ([]byte, error) {
	text, rest, err := msgp.ReadStringZC(u.rest)
	if err != nil {
		return nil, noFrame("the bytes are no MessagePack: %v", err)
	}
	u.rest = rest
	if formedOf(text) == illFormed {
		u.texts = illFormed
	}
	return text, nil
}

func (u *unpacker) entries(kind Kind, depth int) (Value, error) {
	if depth >= depthMax {
		return Value{}, noFrame("nested deeper than %d", depthMax)
	}
	count, err := u.head(kind)
	if err != nil {
		return Value{}, noFrame("the bytes are no MessagePack: %v", err)
	}
	if int64(count) > int64(len(u.rest)) {
		return Value{}, noFrame("more items than bytes")
	}
	made := Value{kind: kind}
	if count > 0 {
		made.entries = make([]entry, count)
	}
	for index := range made.entries {
		if kind == Map {
			if msgp.NextType(u.rest) != msgp.StrType {
				return Value{}, noFrame("a field's name is no text")
			}
			name, err := u.text()
			if err != nil {
				return Value{}, err
			}
			made.entries[index].name = nameOf(name)
		}
		if made.entries[index].value, err = u.value(depth + 1); err != nil {
			return Value{}, err
		}
	}
	return made, nil
}

func (u *unpacker) head(kind Kind) (count uint32, err error) {
	if kind == Map {
		count, u.rest, err = msgp.ReadMapHeaderBytes(u.rest)
	} else {
		count, u.rest, err = msgp.ReadArrayHeaderBytes(u.rest)
	}
	return count, err
}
