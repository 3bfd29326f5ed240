// The vectors of folding, words, numbers, searches, costs and templates, which every client runs: none is left out.

package text_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parloir/parloir/clients/go/text"
)

const vectors = "../../../fixtures/text"

func read[T any](t *testing.T, name string) (read T) {
	t.Helper()
	bytes, err := os.ReadFile(filepath.Join(vectors, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(bytes, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func same(t *testing.T, about string, found, expected any) {
	t.Helper()
	if !reflect.DeepEqual(found, expected) {
		t.Errorf("%s: %#v, expected %#v", about, found, expected)
	}
}

func TestAllVectorsAreRun(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(vectors, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for index := range found {
		found[index] = filepath.Base(found[index])
	}
	known := []string{"fold.json", "numbers.json", "queries.json", "segments.json", "templates.json", "words.json"}
	same(t, "the files", found, known)
}

func TestFold(t *testing.T) {
	for _, vector := range read[[]struct{ About, Text, Folded string }](t, "fold.json") {
		same(t, vector.About, text.Fold(vector.Text), vector.Folded)
		same(t, vector.About+", again", text.Fold(vector.Folded), vector.Folded)
	}
}

func TestWords(t *testing.T) {
	type vector struct {
		About, Text string
		Words       []string
		Finds       []struct {
			Needle string
			How    text.Fit
			At     []text.Range
		}
		Fits []struct {
			Needle string
			Fit    text.Fit
		}
		Phrases []struct {
			Words []string
			At    []text.Range
		}
	}
	for _, vector := range read[[]vector](t, "words.json") {
		found := text.Read(vector.Text)
		same(t, vector.About, text.Words(vector.Text), vector.Words)
		same(t, vector.About, text.Label(vector.Text), strings.Join(vector.Words, " "))
		for _, find := range vector.Finds {
			same(t, vector.About+": "+find.Needle, found.Ranges(find.Needle, find.How), find.At)
		}
		for _, fit := range vector.Fits {
			same(t, vector.About+": "+fit.Needle, found.Fit(fit.Needle), fit.Fit)
		}
		for _, phrase := range vector.Phrases {
			same(t, vector.About, found.Phrase(phrase.Words), phrase.At)
		}
	}
}

func formsOf(fragment text.Fragment) []map[string]string {
	var forms []map[string]string
	for _, form := range fragment.Forms() {
		forms = append(forms, map[string]string{form.Kind: form.Digits})
	}
	return forms
}

func TestNumbers(t *testing.T) {
	type file struct {
		Fragments []struct {
			About, Text string
			Forms       []map[string]string
			Fits        []struct {
				Number string
				Fit    text.Fit
				At     *text.Range
			}
		}
		Numbers []struct {
			Number   string
			Digits   int `json:"calling_code_digits"`
			National string
		}
	}
	all := read[file](t, "numbers.json")
	for _, vector := range all.Fragments {
		fragment, is := text.ParseFragment(vector.Text)
		same(t, vector.About, is, vector.Forms != nil)
		if !is {
			continue
		}
		same(t, vector.About, formsOf(fragment), vector.Forms)
		for _, fit := range vector.Fits {
			same(t, vector.About+": "+fit.Number, fragment.Fit(fit.Number), fit.Fit)
			at, has := fragment.Range(fit.Number)
			same(t, vector.About+": "+fit.Number, has, fit.At != nil)
			if has && fit.At != nil {
				same(t, vector.About+": "+fit.Number, at, *fit.At)
			}
		}
	}
	for _, vector := range all.Numbers {
		same(t, vector.Number, text.CallingCodeDigits(vector.Number[1:]), vector.Digits)
		same(t, vector.Number, text.National(vector.Number), vector.National)
	}
}

func TestQueries(t *testing.T) {
	for _, vector := range read[[]map[string]any](t, "queries.json") {
		about := vector["about"].(string)
		delete(vector, "about")
		search, err := text.ParseSearch(vector["text"].(string))
		delete(vector, "text")
		found := map[string]any{"terms": termsOf(search.Terms), "filters": filtersOf(search.Filters)}
		var problem *text.SearchError
		if errors.As(err, &problem) {
			found = map[string]any{"error": problemOf(problem)}
		}
		same(t, about, plain(t, found), plain(t, vector))
	}
}

// plain is a value as JSON has it.
func plain(t *testing.T, value any) (made any) {
	t.Helper()
	bytes, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(bytes, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

func termsOf(terms []text.Term) []any {
	made := []any{}
	for _, term := range terms {
		switch term := term.(type) {
		case text.WordTerm:
			made = append(made, map[string]any{"word": term.Word})
		case text.PhraseTerm:
			made = append(made, map[string]any{"phrase": term.Words})
		case text.NumberTerm:
			number := map[string]any{"forms": formsOf(term.Fragment), "words": term.Words}
			made = append(made, map[string]any{"number": number})
		}
	}
	return made
}

func wantedOf(wanted text.Wanted) map[string]string {
	return map[string]string{string(wanted.Fit): wanted.Text}
}

func filtersOf(filters []text.Filter) []any {
	made := []any{}
	for _, filter := range filters {
		shown := map[string]any{"at": filter.At}
		switch kind := filter.Kind.(type) {
		case text.TagFilter:
			shown["tag"] = wantedOf(kind.Tag)
		case text.GroupFilter:
			shown["group"] = kind.Name
		case text.StatusFilter:
			shown["status"] = kind.Status
		case text.ChannelFilter:
			shown["channel"] = kind.Name
		case text.AssigneeFilter:
			shown["assignee"] = kind.Whose
			if kind.Whose == "" {
				shown["assignee"] = map[string]string{"named": kind.Name}
			}
		case text.PropertyFilter:
			shown["property"] = map[string]any{"key": kind.Key, "value": wantedOf(kind.Value)}
		case text.UnreadFilter:
			shown["unread"] = kind.Unread
		}
		made = append(made, shown)
	}
	return made
}

func problemOf(problem *text.SearchError) map[string]any {
	shown := map[string]any{"reason": problem.Reason, "at": problem.At, "message": problem.Error()}
	for name, fact := range map[string]string{
		"qualifier": problem.Qualifier, "example": problem.Example, "value": problem.Value,
	} {
		if fact != "" {
			shown[name] = fact
		}
	}
	if problem.Max > 0 {
		shown["max"] = problem.Max
	}
	if problem.Allowed != nil {
		shown["allowed"] = problem.Allowed
	}
	return shown
}

func TestSegments(t *testing.T) {
	type vector struct {
		About, Text   string
		Encoding      text.Encoding
		Segments      int
		Characters    int
		Units         int
		UnitsLeft     int `json:"units_left"`
		Costly        []text.Costly
		Fitted        *string
		FittedLetters *string `json:"fitted_letters"`
	}
	type file struct {
		Basic, Extension     string
		Typographic, Letters map[string]string
		Vectors              []vector
	}
	all := read[file](t, "segments.json")
	for _, vector := range all.Vectors {
		expected := text.Segments{Encoding: vector.Encoding, Segments: vector.Segments, Characters: vector.Characters,
			Units: vector.Units, UnitsLeft: vector.UnitsLeft, Costly: vector.Costly}
		same(t, vector.About, text.Count(vector.Text), expected)
		fits(t, vector.About, vector.Text, text.Typographic, vector.Fitted)
		fits(t, vector.About, vector.Text, text.Letters, vector.FittedLetters)
	}
	for _, character := range all.Basic {
		same(t, string(character), text.Count(string(character)).Units, 1)
	}
	for _, character := range all.Extension {
		same(t, string(character), text.Count(string(character)).Units, 2)
	}
	maps.Copy(all.Letters, all.Typographic)
	for character, replacement := range all.Letters {
		same(t, character, *text.Count(character).Costly[0].Replacement, replacement)
	}
}

func fits(t *testing.T, about, given string, replacing text.Replacing, expected *string) {
	t.Helper()
	fitted, is := text.Fitted(given, replacing)
	same(t, about, is, expected != nil)
	if is && expected != nil {
		same(t, about, fitted, *expected)
	}
}

func TestTemplates(t *testing.T) {
	type vector struct {
		About, Text string
		Fields      []string
		Values      map[string]string
		Filled      *string
		Missing     []string
	}
	for _, vector := range read[[]vector](t, "templates.json") {
		same(t, vector.About, text.Fields(vector.Text), vector.Fields)
		filled, missing := text.Fill(vector.Text, func(name string) (string, bool) {
			value, is := vector.Values[name]
			return value, is
		})
		if vector.Filled != nil {
			same(t, vector.About, filled, *vector.Filled)
			same(t, vector.About, len(missing), 0)
		} else {
			same(t, vector.About, missing, vector.Missing)
		}
	}
	same(t, "braces", text.HasLooseBraces("{{a}} {b}"), false)
	same(t, "braces", text.HasLooseBraces("{{a} }}"), true)
	same(t, "a key", text.FieldKey("Numéro de commande"), "numero_de_commande")
}

func TestWhatWasFoundIsMarkedInScalarValues(t *testing.T) {
	for _, vector := range [][]string{
		{"hel", "👍 Hélène, Michel", "👍 [Hél]ène, Michel"},
		{"06 12", "+33612345678", "+33[612]345678"},
		{`"grand compte"`, "Un grand-compte", "Un [grand-compte]"},
		{"zoé", "Léa", "Léa"},
	} {
		search, err := text.ParseSearch(vector[0])
		if err != nil {
			t.Fatal(err)
		}
		var shown strings.Builder
		for _, piece := range text.Pieces(vector[1], text.MarkedIn(search, vector[1])) {
			if piece.Marked {
				shown.WriteString("[" + piece.Text + "]")
			} else {
				shown.WriteString(piece.Text)
			}
		}
		same(t, vector[0], shown.String(), vector[2])
	}
}

func TestHangulComesApart(t *testing.T) {
	same(t, "a syllable", text.Fold("한"), "\u1112\u1161\u11ab")
	same(t, "letters", slices.Equal(text.Words("가 각"), []string{"\u1100\u1161", "\u1100\u1161\u11a8"}), true)
}
