// What a word is, and where one stands in a text. Words are runs of letters, digits and pictographs; no language and no
// grammar is known here.

package text

import (
	"slices"
	"sort"
	"strings"
	"unicode"
)

// Fit is how well something asked for fits what is there.
type Fit string

// The fits, the best first. NoFit is none.
const (
	FitWhole  Fit = "whole"
	FitStart  Fit = "start"
	FitInside Fit = "inside"
	NoFit     Fit = ""
)

// isWordCharacter is whether a folded character is no break.
func isWordCharacter(character rune) bool {
	// Unicode counts some apostrophes among the letters.
	if character >= 0x2b9 && character <= 0x2bf {
		return false
	}
	return unicode.In(character, unicode.L, unicode.N, unicode.Other_Alphabetic, unicode.Other_Lowercase,
		unicode.Other_Uppercase) || isPictograph(character)
}

func isPictograph(character rune) bool {
	return character >= 0x2300 && character <= 0x23ff || character >= 0x2600 && character <= 0x27bf ||
		character >= 0x2b00 && character <= 0x2bff || character >= 0x1f000 && character <= 0x1fbff
}

// span is from a place up to before another one, in runes of a folded text.
type span struct{ start, end int }

// Words is the folded words of a text, in their order.
func Words(text string) []string {
	return Read(text).All()
}

// Label is the folded words joined by one space: how names of groups, tags and values are compared as a whole.
func Label(text string) string {
	return strings.Join(Words(text), " ")
}

// Reading is a text taken apart into its words, which knows where they were written. What is asked for is folded
// already.
type Reading struct {
	folded *folded
	spans  []span
}

// Read takes a text apart.
func Read(text string) *Reading {
	made := &Reading{folded: newFolded(text)}
	start := -1
	for at, character := range made.folded.text {
		word := isWordCharacter(character)
		switch {
		case word && start < 0:
			start = at
		case !word && start >= 0:
			made.spans = append(made.spans, span{start, at})
			start = -1
		}
	}
	if start >= 0 {
		made.spans = append(made.spans, span{start, len(made.folded.text)})
	}
	return made
}

// All is the folded words in their order.
func (r *Reading) All() []string {
	words := make([]string, len(r.spans))
	for index, span := range r.spans {
		words[index] = r.word(span)
	}
	return words
}

// Fit is the best fit of needle in any word.
func (r *Reading) Fit(needle string) Fit {
	best := NoFit
	for _, span := range r.spans {
		switch fitOf(r.word(span), needle) {
		case FitWhole:
			return FitWhole
		case FitStart:
			best = FitStart
		case FitInside:
			if best == NoFit {
				best = FitInside
			}
		case NoFit:
		}
	}
	return best
}

// Ranges is where needle stands as `how` and better, in order, without overlap.
func (r *Reading) Ranges(needle string, how Fit) []Range {
	var marks []span
	length := len([]rune(needle))
	for _, one := range r.spans {
		for _, at := range places(r.folded.text[one.start:one.end], []rune(needle), how) {
			marks = append(marks, span{one.start + at, one.start + at + length})
		}
	}
	return r.written(marks)
}

// Phrase is where these whole words stand side by side in this order.
func (r *Reading) Phrase(wanted []string) []Range {
	var marks []span
	for first := 0; len(wanted) > 0 && first+len(wanted) <= len(r.spans); first++ {
		run := r.spans[first : first+len(wanted)]
		same := true
		for index, span := range run {
			same = same && r.word(span) == wanted[index]
		}
		if same {
			marks = append(marks, span{run[0].start, run[len(run)-1].end})
		}
	}
	return r.written(marks)
}

func (r *Reading) word(of span) string {
	return string(r.folded.text[of.start:of.end])
}

func (r *Reading) written(marks []span) []Range {
	ranges := make([]Range, len(marks))
	for index, mark := range marks {
		ranges[index] = r.folded.written(mark.start, mark.end)
	}
	return joined(ranges)
}

// joined is ranges in order; those that overlap are one.
func joined(ranges []Range) []Range {
	sorted := slices.Clone(ranges)
	sort.Slice(sorted, func(a, b int) bool {
		return sorted[a][0] < sorted[b][0] || sorted[a][0] == sorted[b][0] && sorted[a][1] < sorted[b][1]
	})
	all := []Range{}
	for _, next := range sorted {
		if last := len(all) - 1; last >= 0 && next[0] < all[last][1] {
			all[last][1] = max(all[last][1], next[1])
		} else {
			all = append(all, next)
		}
	}
	return all
}

func fitOf(word, needle string) Fit {
	at := strings.Index(word, needle)
	switch {
	case needle == "" || at < 0:
		return NoFit
	case at > 0:
		return FitInside
	case len(word) == len(needle):
		return FitWhole
	default:
		return FitStart
	}
}

// places is where needle begins in word, overlapping places too.
func places(word, needle []rune, how Fit) []int {
	var found []int
	if len(needle) == 0 || how == FitWhole && len(word) != len(needle) {
		return nil
	}
	last := len(word) - len(needle)
	if how != FitInside {
		last = min(last, 0)
	}
	for at := 0; at <= last; at++ {
		if slices.Equal(word[at:at+len(needle)], needle) {
			found = append(found, at)
		}
	}
	return found
}
