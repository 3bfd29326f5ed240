// The vectors of fixtures/text: the request is a vector's input, the answer its expectation. It knows no rule of texts.

package main

import (
	"errors"

	"github.com/parloir/parloir/clients/go/text"
	"github.com/parloir/parloir/clients/go/wire"
)

func words(given string, request wire.Value) any {
	found := text.Read(given)
	finds, fits, phrases := []any{}, []any{}, []any{}
	each(request.Get("finds"), func(find wire.Value) {
		at := found.Ranges(find.Get("needle").Text(), text.Fit(find.Get("how").Text()))
		finds = append(finds, map[string]any{"at": at})
	})
	each(request.Get("fits"), func(fit wire.Value) {
		fits = append(fits, map[string]any{"fit": fitOrNull(found.Fit(fit.Get("needle").Text()))})
	})
	each(request.Get("phrases"), func(phrase wire.Value) {
		phrases = append(phrases, map[string]any{"at": found.Phrase(textsOf(phrase.Get("words")))})
	})
	return map[string]any{"words": found.All(), "finds": finds, "fits": fits, "phrases": phrases}
}

func each(list wire.Value, do func(wire.Value)) {
	for index := range list.Len() {
		do(list.At(index))
	}
}

func fitOrNull(fit text.Fit) any {
	if fit == text.NoFit {
		return nil
	}
	return fit
}

func formsOf(fragment text.Fragment) []map[string]string {
	forms := []map[string]string{}
	for _, form := range fragment.Forms() {
		forms = append(forms, map[string]string{form.Kind: form.Digits})
	}
	return forms
}

func numbers(given string, request wire.Value) any {
	if number := request.Get("number"); number.Kind() == wire.Text {
		digits := text.CallingCodeDigits(number.Text()[len("+"):])
		return map[string]any{"calling_code_digits": digits, "national": text.National(number.Text())}
	}
	fragment, is := text.ParseFragment(given)
	if !is {
		return map[string]any{"forms": nil, "fits": []any{}}
	}
	fits := []any{}
	each(request.Get("fits"), func(fit wire.Value) {
		number := fit.Get("number").Text()
		shown := map[string]any{"fit": fitOrNull(fragment.Fit(number)), "at": nil}
		if at, has := fragment.Range(number); has {
			shown["at"] = at
		}
		fits = append(fits, shown)
	})
	return map[string]any{"forms": formsOf(fragment), "fits": fits}
}

func segments(given string) any {
	counted := text.Count(given)
	costly := []any{}
	for _, one := range counted.Costly {
		shown := map[string]any{"range": one.Range, "character": one.Character}
		if one.Replacement != nil {
			shown["replacement"] = *one.Replacement
		}
		costly = append(costly, shown)
	}
	shown := map[string]any{"encoding": counted.Encoding, "segments": counted.Segments,
		"characters": counted.Characters, "units": counted.Units, "units_left": counted.UnitsLeft, "costly": costly,
		"fitted": nil, "fitted_letters": nil}
	if fitted, is := text.Fitted(given, text.Typographic); is {
		shown["fitted"] = fitted
	}
	if fitted, is := text.Fitted(given, text.Letters); is {
		shown["fitted_letters"] = fitted
	}
	return shown
}

func template(given string, values wire.Value) any {
	shown := map[string]any{"fields": text.Fields(given)}
	filled, missing := text.Fill(given, func(name string) (string, bool) {
		value := values.Get(name)
		return value.Text(), value.Kind() == wire.Text
	})
	if missing != nil {
		shown["missing"] = missing
	} else {
		shown["filled"] = filled
	}
	return shown
}

func search(given string) any {
	found, err := text.ParseSearch(given)
	var problem *text.SearchError
	if errors.As(err, &problem) {
		return map[string]any{"error": problemOf(problem)}
	}
	terms, filters := []any{}, []any{}
	for _, term := range found.Terms {
		terms = append(terms, termOf(term))
	}
	for _, filter := range found.Filters {
		filters = append(filters, filterOf(filter))
	}
	return map[string]any{"terms": terms, "filters": filters}
}

func termOf(term text.Term) any {
	switch term := term.(type) {
	case text.WordTerm:
		return map[string]any{"word": term.Word}
	case text.PhraseTerm:
		return map[string]any{"phrase": term.Words}
	case text.NumberTerm:
		return map[string]any{"number": map[string]any{"forms": formsOf(term.Fragment), "words": term.Words}}
	default:
		return nil
	}
}

func wantedOf(wanted text.Wanted) any { return map[string]string{string(wanted.Fit): wanted.Text} }

func filterOf(filter text.Filter) any {
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
	return shown
}

func problemOf(problem *text.SearchError) any {
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
