// The terms of a text without quotation marks and qualifiers: words, and numbers where digits stand together. It
// refuses nothing.

package text

type placedTerm struct {
	term Term
	at   Range
}

func freeTerms(text string) []placedTerm {
	free := free{Read(text)}
	var terms []placedTerm
	for next := 0; next < len(free.spans); {
		end := next + max(1, free.groups(next))
		terms = append(terms, free.terms(next, end)...)
		next = end
	}
	return terms
}

type free struct{ *Reading }

// groups is how many words from first on are groups of digits with nothing but phone punctuation between them.
func (f free) groups(first int) int {
	end := first
	for end < len(f.spans) && f.isGroup(end) && (end == first || f.isJoined(end)) {
		end++
	}
	return end - first
}

func (f free) terms(from, to int) []placedTerm {
	if number, is := f.number(from, to); is {
		return []placedTerm{{number, f.at(from, to)}}
	}
	terms := make([]placedTerm, 0, to-from)
	for index := from; index < to; index++ {
		terms = append(terms, placedTerm{WordTerm{f.word(f.spans[index])}, f.at(index, index+1)})
	}
	return terms
}

// number is the run as one number with the punctuation around it; false where it is a word or has too many digits.
func (f free) number(from, to int) (NumberTerm, bool) {
	before, after := f.gap(from), f.gap(to)
	lead := len(before)
	for lead > 0 && isPhonePunctuation(before[lead-1]) {
		lead--
	}
	tail := 0
	for tail < len(after) && isPhonePunctuation(after[tail]) && after[tail] != '+' {
		tail++
	}
	digits := f.folded.text[f.spans[from].start:f.spans[to-1].end]
	fragment, is := ParseFragment(string(before[lead:]) + string(digits) + string(after[:tail]))
	if !is {
		return NumberTerm{}, false
	}
	groups := make([]string, 0, to-from)
	for _, span := range f.spans[from:to] {
		groups = append(groups, f.word(span))
	}
	return NumberTerm{fragment, groups}, true
}

func (f free) isGroup(index int) bool {
	for _, character := range f.word(f.spans[index]) {
		if character < '0' || character > '9' {
			return false
		}
	}
	return true
}

func (f free) isJoined(index int) bool {
	for _, character := range f.gap(index) {
		if !isPhonePunctuation(character) || character == '+' {
			return false
		}
	}
	return true
}

// gap is what stands between a word and the one before it, or the ends of the text.
func (f free) gap(index int) []rune {
	from, to := 0, len(f.folded.text)
	if index > 0 {
		from = f.spans[index-1].end
	}
	if index < len(f.spans) {
		to = f.spans[index].start
	}
	return f.folded.text[from:to]
}

func (f free) at(from, to int) Range {
	return f.folded.written(f.spans[from].start, f.spans[to-1].end)
}
