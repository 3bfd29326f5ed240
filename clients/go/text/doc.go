// Package text has what every Parloir client does alike with texts: folding for comparison, words, parts of phone
// numbers, the language of searches, what an SMS costs, and texts with fields (PROTOCOL.md, sections 18 to 20).
//
// It owns rules only: nothing here asks a server, keeps anything or knows a screen. Ranges are `[from, to]`, `to` not
// included, in Unicode scalar values of the text as it was written.
package text

// Range is characters of a text from the first up to before the second, in Unicode scalar values: not bytes.
type Range = [2]int
