// What a text costs as an SMS: which of the two alphabets it needs, how many messages of the network carry it, and
// which characters are to blame (PROTOCOL.md, section 19). It never changes a text unless it is asked for another.

package text

import (
	"strings"
	"unicode/utf16"
)

// CostlyMax is how many characters are named in Costly; a text in another script would name all of its own.
const CostlyMax = 100

// Encoding is GSM 03.38 in septets, or UTF-16 code units.
type Encoding string

// The two encodings.
const (
	GSM7 Encoding = "gsm7"
	UCS2 Encoding = "ucs2"
)

// room is units of a text that one message carries alone, and units of one of several.
type room struct{ alone, joined int }

var rooms = map[Encoding]room{GSM7: {160, 153}, UCS2: {70, 67}}

// Costly is a character that the short alphabet lacks.
type Costly struct {
	Range     Range
	Character string
	// Replacement is what stands for it; nil: nothing does.
	Replacement *string
}

// Segments is what a text costs.
type Segments struct {
	Encoding Encoding
	// Segments is messages of the network; 0 for no text.
	Segments int
	// Characters are Unicode scalar values.
	Characters int
	// Units are septets or UTF-16 code units, without what is left empty between two segments.
	Units int
	// UnitsLeft is what the last segment still takes; all of one message for no text.
	UnitsLeft int
	// Costly is the first characters that the short alphabet lacks, in their order.
	Costly []Costly
}

// Replacing is which characters a fit may replace.
type Replacing uint8

// What a fit may replace.
const (
	// Typographic is signs that only look better.
	Typographic Replacing = iota
	// Letters is letters with rare accents as well.
	Letters
)

var (
	septets   = septetsOf()
	signs     = replacementsOf(typographic)
	spellings = replacementsOf(letters)
)

func septetsOf() map[rune]int {
	made := map[rune]int{}
	for _, character := range basicAlphabet {
		made[character] = 1
	}
	for _, character := range extensionAlphabet {
		made[character] = 2
	}
	return made
}

func replacementsOf(lists []instead) map[rune]string {
	made := map[rune]string{}
	for _, list := range lists {
		for _, character := range list.characters {
			made[character] = list.replacement
		}
	}
	return made
}

// Count counts a text.
func Count(text string) Segments {
	characters := []rune(text)
	counted := Segments{Encoding: GSM7, Characters: len(characters), Costly: costlyOf(characters)}
	if len(counted.Costly) > 0 {
		counted.Encoding = UCS2
	}
	sizes := make([]int, len(characters))
	for index, character := range characters {
		sizes[index] = sizeOf(character, counted.Encoding)
		counted.Units += sizes[index]
	}
	room := rooms[counted.Encoding]
	switch {
	case counted.Units == 0:
		counted.UnitsLeft = room.alone
	case counted.Units <= room.alone:
		counted.Segments, counted.UnitsLeft = 1, room.alone-counted.Units
	default:
		counted.Segments, counted.UnitsLeft = several(sizes, room.joined)
	}
	return counted
}

// several is segments, and what is left in the last one: a character that takes two units stands in one segment.
func several(sizes []int, room int) (count, left int) {
	count, left = 1, room
	for _, size := range sizes {
		if size > left {
			count++
			left = room
		}
		left -= size
	}
	return count, left
}

// Fitted is the same text in the short alphabet. False when it is in it already, and when a character cannot be
// replaced.
func Fitted(text string, replacing Replacing) (string, bool) {
	var fitted strings.Builder
	for _, character := range text {
		if _, short := septets[character]; short {
			fitted.WriteRune(character)
			continue
		}
		next, is := replacementOf(character, replacing)
		if !is {
			return "", false
		}
		fitted.WriteString(next)
	}
	return fitted.String(), fitted.String() != text
}

func costlyOf(characters []rune) []Costly {
	costly := []Costly{}
	for at, character := range characters {
		if _, short := septets[character]; short {
			continue
		}
		named := Costly{Range: Range{at, at + 1}, Character: string(character)}
		if next, is := replacementOf(character, Letters); is {
			named.Replacement = &next
		}
		if costly = append(costly, named); len(costly) == CostlyMax {
			break
		}
	}
	return costly
}

func replacementOf(character rune, replacing Replacing) (string, bool) {
	if next, is := signs[character]; is {
		return next, true
	}
	next, is := spellings[character]
	return next, is && replacing == Letters
}

func sizeOf(character rune, encoding Encoding) int {
	if encoding == GSM7 {
		return septets[character]
	}
	return utf16.RuneLen(character)
}
