// Why a text is no search. Each problem has a reason for programs, a sentence that says what to do, and the facts.

package text

import (
	"fmt"
	"strings"
)

// Reason is what is wrong with the text of a search.
type Reason string

// What can be wrong.
const (
	TooLong            Reason = "too_long"
	TooManyTerms       Reason = "too_many_terms"
	TooManyFilters     Reason = "too_many_filters"
	UnclosedQuote      Reason = "unclosed_quote"
	EmptyValue         Reason = "empty_value"
	IncompleteProperty Reason = "incomplete_property"
	UnknownValue       Reason = "unknown_value"
)

// SearchError is a problem with the characters of the text that it is about.
type SearchError struct {
	Reason Reason
	// At is the range of the search.
	At Range
	// Max is the bound, of what is too long or too many.
	Max int
	// Qualifier is as it was typed.
	Qualifier string
	// Example is a value that could stand there.
	Example string
	// Value is one that does not do, Allowed those that would.
	Value   string
	Allowed []string
}

// Error says what to do about it.
func (e *SearchError) Error() string {
	switch e.Reason {
	case TooLong:
		return fmt.Sprintf("a search has %d characters at most: leave some words out", e.Max)
	case TooManyTerms:
		return fmt.Sprintf("a search has %d words, phrases and numbers at most: leave some out", e.Max)
	case TooManyFilters:
		return fmt.Sprintf("a search has %d qualifiers at most: leave some out", e.Max)
	case UnclosedQuote:
		return "a quotation mark is never closed: write another one after the phrase, or take it away"
	case EmptyValue:
		return fmt.Sprintf("'%s:' has no value: write one without a space before it, as in %s:%s",
			e.Qualifier, e.Qualifier, e.Example)
	case UnknownValue:
		return fmt.Sprintf("'%s' is no value of '%s:': write %s", e.Value, e.Qualifier, strings.Join(e.Allowed, " or "))
	case IncompleteProperty:
		return fmt.Sprintf("'%s:' lacks a property or a value: write both around an equals sign, as in %s:%s",
			e.Qualifier, e.Qualifier, e.Example)
	default:
		return string(e.Reason)
	}
}
