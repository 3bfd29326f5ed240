// A folded text that still knows where each part of it was written. It never says what a part means.

package text

// folded is a text after folding, with the way back. Its places count runes of text.
type folded struct {
	text []rune
	// runs are characters that became one part of the text.
	runs []Range
	// of is which run each rune of the text is of.
	of []int
}

func newFolded(text string) *folded {
	made := &folded{}
	at := 0
	var parts []rune
	for _, character := range text {
		parts = foldCharacter(parts[:0], character)
		switch {
		case len(parts) > 0:
			made.runs = append(made.runs, Range{at, at + 1})
			for _, part := range parts {
				made.text = append(made.text, part)
				made.of = append(made.of, len(made.runs)-1)
			}
		case isAttached(character) && len(made.runs) > 0:
			made.runs[len(made.runs)-1][1] = at + 1
		}
		at++
	}
	return made
}

// written is the characters of the original text that these runes came from.
func (f *folded) written(from, to int) Range {
	end := 0
	if len(f.runs) > 0 {
		end = f.runs[len(f.runs)-1][1]
	}
	start := end
	if from < len(f.of) {
		start = f.runs[f.of[from]][0]
	}
	if to <= from {
		return Range{start, start}
	}
	if to-1 < len(f.of) {
		end = f.runs[f.of[to-1]][1]
	}
	return Range{start, end}
}
