// What characters come apart into, by Unicode's compatibility decomposition (NFKD). nfkd.txt has the table; nfkd.py
// makes it. Hangul is computed.

package text

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed nfkd.txt
var nfkdTable string

var nfkd = sync.OnceValue(func() map[rune][]rune {
	parts := map[rune][]rune{}
	for line := range strings.Lines(nfkdTable) {
		codes := strings.Fields(line)
		apart := make([]rune, 0, len(codes)-1)
		for _, code := range codes[1:] {
			apart = append(apart, runeOf(code))
		}
		parts[runeOf(codes[0])] = apart
	}
	return parts
})

func runeOf(code string) rune {
	number, err := strconv.ParseInt(code, 16, 32)
	if err != nil {
		panic("the table of decompositions holds " + code)
	}
	return rune(number)
}

const (
	hangulFirst = 0xAC00
	hangulLast  = 0xD7A3
	leadFirst   = 0x1100
	vowelFirst  = 0x1161
	tailNone    = 0x11A7
	vowels      = 21
	tails       = 28
)

// decomposed appends what a character comes apart into.
func decomposed(parts []rune, character rune) []rune {
	if character >= hangulFirst && character <= hangulLast {
		at := character - hangulFirst
		parts = append(parts, leadFirst+at/(vowels*tails), vowelFirst+at%(vowels*tails)/tails)
		if tail := at % tails; tail > 0 {
			parts = append(parts, tailNone+tail)
		}
		return parts
	}
	if apart, is := nfkd()[character]; is {
		return append(parts, apart...)
	}
	return append(parts, character)
}
