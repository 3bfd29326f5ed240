// Parts of phone numbers as people type them, and which numbers they fit. It knows how long calling codes are and
// nothing else of the numbering plans.

package text

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	// FragmentDigitsMax is more digits than any phone number has, its prefixes included.
	FragmentDigitsMax = 20
	// insideDigitsMin: with fewer digits only the start of a number fits.
	insideDigitsMin = 3
	// internationalPrefix is what stands for `+` in many countries.
	internationalPrefix = "00"
)

// isPhonePunctuation is what may stand between digits of a phone number, once folded.
func isPhonePunctuation(character rune) bool {
	return unicode.IsSpace(character) || strings.ContainsRune("+().-/\u2212", character) ||
		character >= 0x2010 && character <= 0x2015
}

var (
	twoDigits = regexp.MustCompile(`^(?:20|27|3[0-4]|36|39|4[01]|4[3-9]|5[1-8]|6[0-6]|8[1246]|9[0-5]|98)`)
	e164      = regexp.MustCompile(`^\+[0-9]+$`)
)

// Form is one way in which a fragment may stand in a number: its digits inside, at the start, or at the start of the
// national writing.
type Form struct {
	// Kind is inside, start or national_start.
	Kind   string
	Digits string
}

// Fragment is digits that may stand in a phone number, in any writing.
type Fragment struct {
	// Digits is as they were written, without `+` and a dropped zero.
	Digits string
	// international is whether it was written with `+`: the digits begin with a calling code.
	international bool
}

// ParseFragment reads digits and phone punctuation; false when anything else stands there, or no digit, or too many.
func ParseFragment(text string) (fragment Fragment, is bool) {
	rest := []rune(Fold(text))
	for len(rest) > 0 {
		hasCode := len(fragment.Digits) > len(internationalPrefix) && strings.HasPrefix(fragment.Digits, internationalPrefix)
		if fragment.international {
			hasCode = fragment.Digits != ""
		}
		if hasCode {
			if length := trunkZero(rest); length > 0 {
				rest = rest[length:]
				continue
			}
		}
		next := rest[0]
		rest = rest[1:]
		switch {
		case next >= '0' && next <= '9' && len(fragment.Digits) < FragmentDigitsMax:
			fragment.Digits += string(next)
		case next == '+' && fragment.Digits == "":
			fragment.international = true
		case !isPhonePunctuation(next):
			return Fragment{}, false
		}
	}
	return fragment, fragment.Digits != ""
}

// trunkZero is the length of `(0)` at the start, or of `(0` at the end, while it is being typed.
func trunkZero(text []rune) int {
	at := 0
	skip := func(wanted rune) bool {
		for at < len(text) && at > 0 && unicode.IsSpace(text[at]) {
			at++
		}
		if at < len(text) && text[at] == wanted {
			at++
			return true
		}
		return false
	}
	if !skip('(') || !skip('0') {
		return 0
	}
	if !skip(')') && at < len(text) {
		return 0
	}
	return at
}

// Forms is every way in which the fragment may stand in a number: a number fits exactly when one of them holds.
func (f Fragment) Forms() []Form {
	if f.international {
		return []Form{{"start", f.Digits}}
	}
	forms := []Form{{"inside", f.Digits}}
	if len(f.Digits) < insideDigitsMin {
		forms[0].Kind = "start"
	}
	if rest, is := f.afterPrefix(); is {
		forms = append(forms, Form{"start", rest})
	}
	if strings.HasPrefix(f.Digits, "0") {
		forms = append(forms, Form{"national_start", f.Digits})
	}
	return forms
}

// Fit is how it fits a number in E.164 writing, as `+33612345678`.
func (f Fragment) Fit(number string) Fit {
	fit, _ := f.place(number)
	return fit
}

// Range is the characters of the E.164 text, with its `+`, that it stands for; false where it does not fit.
func (f Fragment) Range(number string) (Range, bool) {
	fit, at := f.place(number)
	return at, fit != NoFit && at[0] != at[1]
}

func (f Fragment) place(e164 string) (Fit, Range) {
	number, is := international(e164)
	if !is {
		return NoFit, Range{}
	}
	if f.international {
		return atStart(number, f.Digits, 0, 1+len(f.Digits))
	}
	if fit, at := atStart(number, f.Digits, 1, 1+len(f.Digits)); fit != NoFit {
		return fit, at
	}
	if rest, is := f.afterPrefix(); is {
		if fit, at := atStart(number, rest, 0, 1+len(rest)); fit != NoFit {
			return fit, at
		}
	}
	if rest, is := strings.CutPrefix(f.Digits, "0"); is {
		code := CallingCodeDigits(number)
		if fit, at := atStart(number[code:], rest, 1+code, 1+code+len(rest)); fit != NoFit {
			return fit, at
		}
	}
	at := strings.Index(number, f.Digits)
	if at < 0 || len(f.Digits) < insideDigitsMin {
		return NoFit, Range{}
	}
	return FitInside, Range{1 + at, 1 + at + len(f.Digits)}
}

// afterPrefix is what follows the international prefix `00`.
func (f Fragment) afterPrefix() (string, bool) {
	rest, is := strings.CutPrefix(f.Digits, internationalPrefix)
	return rest, is && rest != ""
}

// CallingCodeDigits is the number of digits of the calling code that international digits begin with, as E.164 assigns
// them.
func CallingCodeDigits(digits string) int {
	assigned := 3
	if strings.HasPrefix(digits, "1") || strings.HasPrefix(digits, "7") {
		assigned = 1
	} else if twoDigits.MatchString(digits) {
		assigned = 2
	}
	return min(assigned, len(digits))
}

// National is the national writing of an E.164 number: `0` and what follows the calling code. Empty for another text.
func National(e164 string) string {
	number, is := international(e164)
	if !is {
		return ""
	}
	return "0" + number[CallingCodeDigits(number):]
}

func international(text string) (string, bool) {
	return strings.TrimPrefix(text, "+"), e164.MatchString(text)
}

func atStart(whole, part string, from, to int) (Fit, Range) {
	if !strings.HasPrefix(whole, part) {
		return NoFit, Range{}
	}
	if len(part) == len(whole) {
		return FitWhole, Range{from, to}
	}
	return FitStart, Range{from, to}
}
