// Texts with fields `{{name}}` (PROTOCOL.md, section 20). One pass goes from left to right: what a field is replaced by
// is never read again. It knows no template and no contact.

package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FieldCharsMax is characters of a field's name.
const FieldCharsMax = 64

type part struct {
	text  string
	field bool
}

// Fields is the names of a text's fields, each once, in their order.
func Fields(text string) []string {
	names := []string{}
	for _, part := range partsOf(text) {
		if part.field && !slices.Contains(names, part.text) {
			names = append(names, part.text)
		}
	}
	return names
}

// Fill is the text with every field replaced by its value, as it is: braces in a value stay braces. A missing or blank
// value is none: then the names of those without one come back, each once, in their order, and no text.
func Fill(text string, value func(name string) (string, bool)) (filled string, missing []string) {
	var made strings.Builder
	for _, part := range partsOf(text) {
		if !part.field {
			made.WriteString(part.text)
			continue
		}
		given, is := value(part.text)
		blank := strings.TrimFunc(given, unicode.IsSpace) == ""
		if (!is || blank) && !slices.Contains(missing, part.text) {
			missing = append(missing, part.text)
		}
		made.WriteString(given)
	}
	if len(missing) > 0 {
		return "", missing
	}
	return made.String(), nil
}

// HasLooseBraces is whether a text has two braces together that are no field's: a mistake in typing, most likely.
func HasLooseBraces(text string) bool {
	for _, part := range partsOf(text) {
		if !part.field && (strings.Contains(part.text, "{{") || strings.Contains(part.text, "}}")) {
			return true
		}
	}
	return false
}

// FieldKey is the name under which a field and a contact's property are the same: folded, its words joined by `_`.
func FieldKey(name string) string {
	words := strings.FieldsFunc(Fold(name), func(character rune) bool {
		return !unicode.In(character, unicode.L, unicode.N, unicode.Other_Alphabetic, unicode.Other_Lowercase,
			unicode.Other_Uppercase)
	})
	return strings.Join(words, "_")
}

func partsOf(text string) []part {
	var parts []part
	from, at := 0, 0
	for at < len(text) {
		name, end, is := fieldAt(text, at)
		if !is {
			at++
			continue
		}
		if at > from {
			parts = append(parts, part{text: text[from:at]})
		}
		parts = append(parts, part{name, true})
		at, from = end, end
	}
	if len(text) > from {
		parts = append(parts, part{text: text[from:]})
	}
	return parts
}

// fieldAt is the field that begins at this place, and where it ends.
func fieldAt(text string, at int) (name string, end int, is bool) {
	rest, opened := strings.CutPrefix(text[at:], "{{")
	inside, _, closed := strings.Cut(rest, "}}")
	if !opened || !closed {
		return "", 0, false
	}
	name = strings.TrimFunc(inside, unicode.IsSpace)
	is = name != "" && utf8.RuneCountInString(name) <= FieldCharsMax && !strings.ContainsFunc(name, isNoName)
	return name, at + len("{{") + len(inside) + len("}}"), is
}

func isNoName(character rune) bool {
	return character == '{' || character == '}' || unicode.Is(unicode.Cc, character)
}
