// Qualifiers, in English and French, and what their values mean. Whether a named thing exists is not known here.

package text

import (
	"strings"
	"unicode"
)

// Wanted is a value that is looked for: all of it, or its start, when it was written with `*` at the end.
type Wanted struct {
	// Fit is [FitWhole] or [FitStart].
	Fit  Fit
	Text string
}

// Filter is a condition that stood as `name:value`, at its characters of the search: a [TagFilter], [GroupFilter],
// [StatusFilter], [ChannelFilter], [AssigneeFilter], [PropertyFilter] or [UnreadFilter].
type Filter struct {
	At   Range
	Kind FilterKind
}

// FilterKind is what must hold. Names and values are folded words joined by one space.
type FilterKind interface{ filterKind() }

// TagFilter asks for a tag of the contact.
type TagFilter struct{ Tag Wanted }

// GroupFilter asks for the group's name.
type GroupFilter struct{ Name string }

// StatusFilter asks for open or closed.
type StatusFilter struct{ Status string }

// ChannelFilter asks for the channel's name or kind.
type ChannelFilter struct{ Name string }

// AssigneeFilter asks for whose it is: me, nobody, or somebody by name.
type AssigneeFilter struct {
	// Whose is me, nobody or empty; then Name says who.
	Whose string
	Name  string
}

// PropertyFilter asks for a property of the contact.
type PropertyFilter struct {
	Key   string
	Value Wanted
}

// UnreadFilter asks for the unread mark.
type UnreadFilter struct{ Unread bool }

func (TagFilter) filterKind()      {}
func (GroupFilter) filterKind()    {}
func (StatusFilter) filterKind()   {}
func (ChannelFilter) filterKind()  {}
func (AssigneeFilter) filterKind() {}
func (PropertyFilter) filterKind() {}
func (UnreadFilter) filterKind()   {}

// qualifiers is every name of a qualifier, folded. Case and accents of what is typed do not matter.
var qualifiers = map[string]string{
	"tag": "tag", "etiquette": "tag", "group": "group", "groupe": "group", "status": "status", "statut": "status",
	"channel": "channel", "canal": "channel", "assignee": "assignee", "assigne": "assignee", "a": "assignee",
	"prop": "property", "unread": "unread", "non-lu": "unread", "nonlu": "unread",
}

// examples is a value of each, as the sentence of a problem shows it.
var examples = map[string]string{
	"tag": "vip", "group": "sales", "status": "open", "channel": "sms", "assignee": "me", "property": "city=lyon",
	"unread": "yes",
}

var statuses = map[string]string{
	"open": "open", "ouvert": "open", "ouverte": "open", "closed": "closed", "ferme": "closed", "fermee": "closed",
}

var truths = map[string]bool{"yes": true, "true": true, "oui": true, "no": false, "false": false, "non": false}

// filterOf is what `name:value` asks for, both as they were typed, without quotation marks; or what is wrong with it.
func filterOf(qualifier, name, value string) (FilterKind, *SearchError) {
	if qualifier == "property" {
		return propertyOf(name, value)
	}
	plain := Label(value)
	if plain == "" {
		return nil, emptyValue(qualifier, name)
	}
	switch qualifier {
	case "tag":
		return TagFilter{wantedOf(plain, value)}, nil
	case "group":
		return GroupFilter{plain}, nil
	case "channel":
		return ChannelFilter{plain}, nil
	case "assignee":
		return assigneeOf(plain), nil
	case "status":
		if status, is := statuses[plain]; is {
			return StatusFilter{status}, nil
		}
		return nil, unknownValue(name, value, "open", "closed")
	default:
		if unread, is := truths[plain]; is {
			return UnreadFilter{unread}, nil
		}
		return nil, unknownValue(name, value, "yes", "no")
	}
}

func propertyOf(name, text string) (FilterKind, *SearchError) {
	incomplete := &SearchError{Reason: IncompleteProperty, Qualifier: name, Example: examples["property"]}
	key, value, has := strings.Cut(text, "=")
	if !has {
		if Label(text) == "" {
			return nil, emptyValue("property", name)
		}
		return nil, incomplete
	}
	if key = Label(key); key == "" {
		return nil, incomplete
	}
	plain := Label(value)
	if plain == "" {
		return nil, emptyValue("property", name)
	}
	return PropertyFilter{key, wantedOf(plain, value)}, nil
}

func wantedOf(plain, value string) Wanted {
	if strings.HasSuffix(strings.TrimRightFunc(value, unicode.IsSpace), "*") {
		return Wanted{FitStart, plain}
	}
	return Wanted{FitWhole, plain}
}

func assigneeOf(value string) AssigneeFilter {
	switch value {
	case "me", "moi":
		return AssigneeFilter{Whose: "me"}
	case "none", "nobody", "personne":
		return AssigneeFilter{Whose: "nobody"}
	default:
		return AssigneeFilter{Name: value}
	}
}

func emptyValue(qualifier, name string) *SearchError {
	return &SearchError{Reason: EmptyValue, Qualifier: name, Example: examples[qualifier]}
}

func unknownValue(qualifier, value string, allowed ...string) *SearchError {
	return &SearchError{Reason: UnknownValue, Qualifier: qualifier, Value: value, Allowed: allowed}
}
