// The text of a search as the server reads it: words, phrases and numbers that must all be found, and filters. It goes
// from the first character to the last; it finds nothing.

package text

import (
	"strings"
	"unicode"
)

// The bounds of a search.
const (
	// SearchCharsMax is characters of a search.
	SearchCharsMax = 256
	// SearchTermsMax is words, phrases and numbers of a search.
	SearchTermsMax = 16
	// SearchFiltersMax is qualifiers of a search.
	SearchFiltersMax = 16
)

// Term is something to be found: a [WordTerm], [PhraseTerm] or [NumberTerm]. Words are folded.
type Term interface{ term() }

// WordTerm is a word: whole, its start, or inside one.
type WordTerm struct{ Word string }

// PhraseTerm is whole words side by side.
type PhraseTerm struct{ Words []string }

// NumberTerm is a part of a phone number, or else its groups of digits as words.
type NumberTerm struct {
	Fragment Fragment
	Words    []string
}

func (WordTerm) term()   {}
func (PhraseTerm) term() {}
func (NumberTerm) term() {}

// Search is what a text asks for: every term and every filter must hold, in any order.
type Search struct {
	Terms   []Term
	Filters []Filter
}

// ParseSearch reads a search as it was typed. Its error is a [SearchError] with the first problem.
func ParseSearch(text string) (Search, error) {
	characters := []rune(text)
	if len(characters) > SearchCharsMax {
		return Search{}, &SearchError{Reason: TooLong, At: Range{SearchCharsMax, len(characters)}, Max: SearchCharsMax}
	}
	parser := parser{characters: characters}
	if problem := parser.parse(); problem != nil {
		return Search{}, problem
	}
	return parser.search, nil
}

// quotes: keyboards and systems write their own quotation marks; each of them opens, and each closes.
const quotes = "\"\u201c\u201d\u201e«»"

type parser struct {
	characters []rune
	// at is the next character to look at.
	at int
	// free is where free text began that is not read yet.
	free   int
	search Search
}

func (p *parser) parse() *SearchError {
	for p.at < len(p.characters) {
		var problem *SearchError
		if p.isQuote(p.at) {
			problem = p.phrase()
		} else if colon, qualifier := p.qualifier(); qualifier != "" {
			problem = p.filter(colon, qualifier)
		} else {
			p.at++
		}
		if problem != nil {
			return problem
		}
	}
	return p.endFree()
}

// qualifier is the one whose name begins here. A name stands after white space, a closed quotation or nothing.
func (p *parser) qualifier() (int, string) {
	if p.at != p.free && !p.isSpace(p.at-1) {
		return 0, ""
	}
	colon := p.at
	for ; colon < len(p.characters) && p.characters[colon] != ':'; colon++ {
		if p.isSpace(colon) || p.isQuote(colon) {
			return 0, ""
		}
	}
	if colon == len(p.characters) {
		return 0, ""
	}
	return colon, qualifiers[Fold(p.text(p.at, colon))]
}

func (p *parser) filter(colon int, qualifier string) *SearchError {
	if problem := p.endFree(); problem != nil {
		return problem
	}
	start := p.at
	p.at = colon + 1
	value, problem := p.value()
	if problem != nil {
		return problem
	}
	p.free = p.at
	kind, problem := filterOf(qualifier, p.text(start, colon), value)
	if problem != nil {
		problem.At = Range{start, p.at}
		if problem.Reason == UnknownValue {
			problem.At[0] = colon + 1
		}
		return problem
	}
	if len(p.search.Filters) == SearchFiltersMax {
		return &SearchError{Reason: TooManyFilters, At: Range{start, p.at}, Max: SearchFiltersMax}
	}
	p.search.Filters = append(p.search.Filters, Filter{Range{start, p.at}, kind})
	return nil
}

// value is what begins here, up to white space outside quotation marks, which are left out.
func (p *parser) value() (string, *SearchError) {
	var value strings.Builder
	for p.at < len(p.characters) && !p.isSpace(p.at) {
		if !p.isQuote(p.at) {
			value.WriteRune(p.characters[p.at])
			p.at++
			continue
		}
		quoted, problem := p.quoted()
		if problem != nil {
			return "", problem
		}
		value.WriteString(quoted)
	}
	return value.String(), nil
}

func (p *parser) phrase() *SearchError {
	if problem := p.endFree(); problem != nil {
		return problem
	}
	start := p.at
	quoted, problem := p.quoted()
	if problem != nil {
		return problem
	}
	p.free = p.at
	if words := Words(quoted); len(words) > 0 {
		return p.term(PhraseTerm{words}, Range{start, p.at})
	}
	return nil
}

// quoted goes past the quotation that begins here and gives what stands between its marks.
func (p *parser) quoted() (string, *SearchError) {
	from := p.at + 1
	to := from
	for to < len(p.characters) && !p.isQuote(to) {
		to++
	}
	if to == len(p.characters) {
		return "", &SearchError{Reason: UnclosedQuote, At: Range{p.at, to}}
	}
	p.at = to + 1
	return p.text(from, to), nil
}

// endFree makes terms of the free text up to here.
func (p *parser) endFree() *SearchError {
	from := p.free
	for _, found := range freeTerms(p.text(from, p.at)) {
		if problem := p.term(found.term, Range{from + found.at[0], from + found.at[1]}); problem != nil {
			return problem
		}
	}
	p.free = p.at
	return nil
}

func (p *parser) term(term Term, at Range) *SearchError {
	if len(p.search.Terms) == SearchTermsMax {
		return &SearchError{Reason: TooManyTerms, At: at, Max: SearchTermsMax}
	}
	p.search.Terms = append(p.search.Terms, term)
	return nil
}

func (p *parser) isQuote(at int) bool {
	return at < len(p.characters) && strings.ContainsRune(quotes, p.characters[at])
}

func (p *parser) isSpace(at int) bool {
	return at >= 0 && at < len(p.characters) && unicode.IsSpace(p.characters[at])
}

func (p *parser) text(from, to int) string {
	return string(p.characters[from:to])
}
