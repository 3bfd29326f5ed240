// JSON as the protocol allows it: UTF-8 without lone surrogates, a bounded depth. encoding/json says whether the bytes
// are JSON at all; what is read here relies on that.

package wire

import (
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

type jsonReader struct {
	bytes []byte
	at    int
}

func readJSON(bytes []byte) (Value, error) {
	if !json.Valid(bytes) || !utf8.Valid(bytes) {
		return Value{}, noFrame("the bytes are no JSON")
	}
	reader := jsonReader{bytes: bytes}
	return reader.value(0)
}

// next goes to the next byte that is no white space and gives it.
func (r *jsonReader) next() byte {
	for {
		switch char := r.bytes[r.at]; char {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return char
		}
	}
}

func (r *jsonReader) value(depth int) (Value, error) {
	switch char := r.next(); char {
	case '{':
		return r.entries(Map, '}', depth)
	case '[':
		return r.entries(List, ']', depth)
	case '"':
		text, err := r.text()
		return textValue(string(text)), err
	case 't':
		r.at += len("true")
		return boolValue(true), nil
	case 'f':
		r.at += len("false")
		return boolValue(false), nil
	case 'n':
		r.at += len("null")
		return Value{kind: Null}, nil
	default:
		return r.number()
	}
}

func (r *jsonReader) entries(kind Kind, end byte, depth int) (Value, error) {
	if depth >= depthMax {
		return Value{}, noFrame("nested deeper than %d", depthMax)
	}
	made := Value{kind: kind}
	r.at++
	for r.next() != end {
		if r.bytes[r.at] == ',' {
			r.at++
			r.next()
		}
		var next entry
		if kind == Map {
			name, err := r.text()
			if err != nil {
				return Value{}, err
			}
			next.name = nameOf(name)
			r.next()
			r.at++
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		next.value = value
		made.entries = append(made.entries, next)
	}
	r.at++
	return made, nil
}

func (r *jsonReader) number() (Value, error) {
	from, whole := r.at, true
	for r.at < len(r.bytes) {
		switch char := r.bytes[r.at]; {
		case char >= '0' && char <= '9', char == '-':
		case char == '+', char == '.', char == 'e', char == 'E':
			whole = false
		default:
			return numberOf(string(r.bytes[from:r.at]), whole)
		}
		r.at++
	}
	return numberOf(string(r.bytes[from:r.at]), whole)
}

func numberOf(text string, whole bool) (Value, error) {
	if whole {
		if number, err := strconv.ParseInt(text, 10, 64); err == nil {
			return integerValue(number), nil
		}
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Value{}, noFrame("%s is no number", text)
	}
	return floatValue(number), nil
}

// text reads the text whose quotation mark stands here.
func (r *jsonReader) text() ([]byte, error) {
	r.at++
	from := r.at
	for r.bytes[r.at] != '"' {
		if r.bytes[r.at] == '\\' {
			return r.escaped(append([]byte(nil), r.bytes[from:r.at]...))
		}
		r.at++
	}
	r.at++
	return r.bytes[from : r.at-1], nil
}

var escapes = map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', '"': '"', '\\': '\\', '/': '/'}

func (r *jsonReader) escaped(text []byte) ([]byte, error) {
	for r.bytes[r.at] != '"' {
		char := r.bytes[r.at]
		r.at++
		if char != '\\' {
			text = append(text, char)
			continue
		}
		mark := r.bytes[r.at]
		r.at++
		if mark != 'u' {
			text = append(text, escapes[mark])
			continue
		}
		scalar := r.unit()
		if utf16.IsSurrogate(scalar) {
			second := rune(utf8.RuneError)
			if r.bytes[r.at] == '\\' && r.bytes[r.at+1] == 'u' {
				r.at += len(`\u`)
				second = r.unit()
			}
			if scalar = utf16.DecodeRune(scalar, second); scalar == utf8.RuneError {
				return nil, noFrame("half a character")
			}
		}
		text = utf8.AppendRune(text, scalar)
	}
	r.at++
	return text, nil
}

// unit reads the four hexadecimal digits that stand here.
func (r *jsonReader) unit() rune {
	const digits = 4
	number, err := strconv.ParseUint(string(r.bytes[r.at:r.at+digits]), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	r.at += digits
	return rune(number)
}
