// What a search found in a text, to be shown: ranges, and the text cut at them. It searches one text at a time.

package text

// MarkedIn is where the terms of a search stand in a text: all places of each one's best fit there, and of better ones.
func MarkedIn(search Search, text string) []Range {
	found := Read(text)
	var ranges []Range
	for _, term := range search.Terms {
		switch term := term.(type) {
		case PhraseTerm:
			ranges = append(ranges, found.Phrase(term.Words)...)
		case WordTerm:
			ranges = append(ranges, ofWord(term.Word, found)...)
		case NumberTerm:
			if at, is := term.Fragment.Range(text); is {
				ranges = append(ranges, at)
				continue
			}
			for _, word := range term.Words {
				ranges = append(ranges, ofWord(word, found)...)
			}
		}
	}
	return joined(ranges)
}

func ofWord(word string, found *Reading) []Range {
	fit := found.Fit(word)
	if fit == NoFit {
		return nil
	}
	return found.Ranges(word, fit)
}

// Piece is a part of a text, marked or not.
type Piece struct {
	Text   string
	Marked bool
}

// Pieces is a text cut at its ranges.
func Pieces(text string, ranges []Range) []Piece {
	characters := []rune(text)
	var pieces []Piece
	at := 0
	push := func(to int, marked bool) {
		if to > at {
			pieces = append(pieces, Piece{string(characters[at:to]), marked})
			at = to
		}
	}
	for _, next := range ranges {
		push(next[0], false)
		push(next[1], true)
	}
	push(len(characters), false)
	return pieces
}
