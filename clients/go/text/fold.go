// One folding for comparing texts: case, accents and compatibility forms disappear, ligatures open, what is not seen
// goes (PROTOCOL.md, section 18). It looks at one character at a time and keeps white space.

package text

import (
	"strings"
	"unicode"
)

// plain is letters that come apart into no plain one.
var plain = map[rune]string{
	'æ': "ae", 'œ': "oe", 'ß': "ss", 'þ': "th", 'ɓ': "b", 'đ': "d", 'ð': "d", 'ɖ': "d", 'ɗ': "d", 'ə': "e", 'ǝ': "e",
	'ɛ': "e", 'ǥ': "g", 'ħ': "h", 'ı': "i", 'ƙ': "k", 'ł': "l", 'ŋ': "n", 'ɲ': "n", 'ø': "o", 'ɔ': "o", 'ŧ': "t",
	'ƴ': "y", 'ς': "σ",
}

// zeros of the scripts in use whose digits are their own; the nine others follow each.
var zeros = []rune{
	0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0,
	0x1810,
}

const (
	arabicStroke = 0x640
	digits       = 10
)

// Fold is the text without case and accents: `Hélène` folds to `helene`, `œuvre` to `oeuvre`. A folded text folds to
// itself.
func Fold(text string) string {
	var folded strings.Builder
	var parts []rune
	for _, character := range text {
		parts = foldCharacter(parts[:0], character)
		for _, part := range parts {
			folded.WriteRune(part)
		}
	}
	return folded.String()
}

// foldCharacter appends what becomes of one character, which may be nothing.
func foldCharacter(folded []rune, character rune) []rune {
	if character < unicode.MaxASCII {
		return append(folded, unicode.ToLower(character))
	}
	for _, part := range decomposed(nil, character) {
		if isDropped(part) {
			continue
		}
		lower := unicode.ToLower(part)
		if letters, is := plain[lower]; is {
			folded = append(folded, []rune(letters)...)
			continue
		}
		folded = append(folded, asciiDigit(lower))
	}
	return folded
}

func asciiDigit(character rune) rune {
	for _, zero := range zeros {
		if character >= zero && character < zero+digits {
			return '0' + character - zero
		}
	}
	return character
}

func isDropped(character rune) bool {
	return character == arabicStroke || unicode.Is(unicode.M, character) || isIgnorable(character)
}

// isIgnorable is Default_Ignorable_Code_Point, as Unicode derives it.
func isIgnorable(character rune) bool {
	if unicode.In(character, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
		return true
	}
	return unicode.Is(unicode.Cf, character) && !isShownFormat(character)
}

// isShownFormat is a format character that is seen: annotations, hieroglyph joiners, signs before numbers.
func isShownFormat(character rune) bool {
	return character >= 0xfff9 && character <= 0xfffb || character >= 0x13430 && character <= 0x13440 ||
		unicode.In(character, unicode.White_Space, unicode.Prepended_Concatenation_Mark)
}

// isAttached is whether the character belongs to the one before it: an accent, the choice of a form, the tags of a
// flag.
func isAttached(character rune) bool {
	return unicode.Is(unicode.M, character) || character >= 0xe0020 && character <= 0xe007f
}
