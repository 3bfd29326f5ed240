// The types of this package against the published schema: every field, whether it may be absent or null, every word of a
// list, every variant of a union, every command, query and event.

package wire

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// node is a part of a schema.
type node struct {
	Ref                  string           `json:"$ref"`
	Type                 any              `json:"type"`
	Const                string           `json:"const"`
	Enum                 []string         `json:"enum"`
	Required             []string         `json:"required"`
	Properties           map[string]*node `json:"properties"`
	AdditionalProperties json.RawMessage  `json:"additionalProperties"`
	Items                *node            `json:"items"`
	OneOf                []*node          `json:"oneOf"`
	AnyOf                []*node          `json:"anyOf"`
	Defs                 map[string]*node `json:"$defs"`
}

type schema struct {
	t *testing.T
	*node
	words map[string][]string
	// seen is what was compared already.
	seen map[compared]bool
}

type compared struct {
	of    reflect.Type
	shape *node
}

func readSchema(t *testing.T, name string) *schema {
	t.Helper()
	text, err := os.ReadFile("../../../protocol/schema/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	read := &schema{t: t, words: constants(t), seen: map[compared]bool{}}
	if err := json.Unmarshal(text, &read.node); err != nil {
		t.Fatal(err)
	}
	return read
}

// constants is the words that this package has for each type of text.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	words := map[string][]string{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(found ast.Node) bool {
			value, is := found.(*ast.ValueSpec)
			if !is || value.Type == nil || len(value.Values) != 1 {
				return true
			}
			name, named := value.Type.(*ast.Ident)
			literal, text := value.Values[0].(*ast.BasicLit)
			if named && text && literal.Kind == token.STRING {
				word, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				words[name.Name] = append(words[name.Name], word)
			}
			return true
		})
	}
	return words
}

func (s *schema) resolved(of *node) *node {
	for of.Ref != "" {
		of = s.Defs[strings.TrimPrefix(of.Ref, "#/$defs/")]
	}
	return of
}

// isNullable is whether null may stand there, and what else may.
func (s *schema) isNullable(of *node) (*node, bool) {
	of = s.resolved(of)
	if list, is := of.Type.([]any); is && slices.Contains(list, any("null")) {
		plain := *of
		plain.Type = list[0]
		return &plain, true
	}
	for index, one := range of.AnyOf {
		if one.Type == "null" {
			return s.resolved(of.AnyOf[1-index]), true
		}
	}
	return of, false
}

func (s *schema) check(path string, of reflect.Type, shape *node) {
	s.t.Helper()
	shape, nullable := s.isNullable(shape)
	if of == typeOf[Value]() || of == typeOf[HitID]() {
		return
	}
	if nullable {
		if of.Kind() != reflect.Pointer {
			s.t.Errorf("%s may be null and is a %v", path, of)
			return
		}
		of = of.Elem()
	}
	switch of.Kind() {
	case reflect.String:
		s.checkText(path, of, shape)
	case reflect.Bool:
		s.kind(path, of, shape, "boolean")
	case reflect.Int, reflect.Int64:
		s.kind(path, of, shape, "integer")
	case reflect.Float64:
		s.kind(path, of, shape, "number")
	case reflect.Pointer:
		s.check(path, of.Elem(), shape)
	case reflect.Slice:
		s.kind(path, of, shape, "array")
		s.check(path+"[]", of.Elem(), shape.Items)
	case reflect.Array:
		s.kind(path, of, shape, "array")
	case reflect.Map:
		var values node
		if err := json.Unmarshal(shape.AdditionalProperties, &values); err != nil {
			s.t.Errorf("%s: %v", path, err)
			return
		}
		s.check(path+"{}", of.Elem(), &values)
	case reflect.Interface:
		s.checkUnion(path, of, shape)
	default:
		s.checkFields(path, of, shape, "")
	}
}

func (s *schema) kind(path string, of reflect.Type, shape *node, kind string) {
	s.t.Helper()
	if shape == nil || shape.Type != kind {
		s.t.Errorf("%s is a %v, the schema has %+v", path, of, shape)
	}
}

func (s *schema) checkText(path string, of reflect.Type, shape *node) {
	s.t.Helper()
	s.kind(path, of, shape, "string")
	if shape == nil || of.PkgPath() == "" || len(shape.Enum) == 0 {
		return
	}
	known := slices.Clone(s.words[of.Name()])
	sort.Strings(known)
	wanted := slices.Clone(shape.Enum)
	sort.Strings(wanted)
	if !slices.Equal(known, wanted) {
		s.t.Errorf("%s: %v has the words %v, the schema %v", path, of, known, wanted)
	}
	for _, word := range shape.Enum {
		if form, is := forms[of]; is && !form(word) {
			s.t.Errorf("%s: '%s' is refused", path, word)
		}
	}
}

// checkFields compares a struct's fields; tag is the field that tells a variant from the others.
func (s *schema) checkFields(path string, of reflect.Type, shape *node, tag string) {
	s.t.Helper()
	if s.seen[compared{of, shape}] {
		return
	}
	s.seen[compared{of, shape}] = true
	names := map[string]bool{tag: true}
	for _, field := range fieldsOf(of) {
		names[field.name] = true
		property, is := shape.Properties[field.name]
		if !is {
			s.t.Errorf("%s has '%s', which the schema has not", path, field.name)
			continue
		}
		if must := slices.Contains(shape.Required, field.name); must != (field.presence == required) {
			s.t.Errorf("%s.%s: must be there: %v", path, field.name, must)
		}
		if field.union == nil {
			s.check(path+"."+field.name, of.Field(field.index).Type, property)
		}
	}
	for name := range shape.Properties {
		if !names[name] {
			s.t.Errorf("%s lacks '%s'", path, name)
		}
	}
}

func (s *schema) checkUnion(path string, of reflect.Type, shape *node) {
	s.t.Helper()
	if of == typeOf[AssigneeFilter]() {
		s.check(path, typeOf[Theirs](), shape.OneOf[1])
		return
	}
	union := internals[of]
	words := map[string]bool{}
	for _, variant := range shape.OneOf {
		variant = s.resolved(variant)
		word := variant.Properties[union.tag].Const
		words[word] = true
		if one, is := union.byName[word]; is {
			s.checkFields(path+"."+word, one, variant, union.tag)
		} else {
			s.t.Errorf("%s: the variant '%s' is not known", path, word)
		}
	}
	for word := range union.byName {
		if !words[word] {
			s.t.Errorf("%s: the schema has no variant '%s'", path, word)
		}
	}
}

func (s *schema) checkNames(union *union) {
	s.t.Helper()
	for name := range s.Properties {
		if _, is := union.byName[name]; !is {
			s.t.Errorf("'%s' is not known", name)
		}
	}
	for name := range union.byName {
		if _, is := s.Properties[name]; !is {
			s.t.Errorf("the schema has no '%s'", name)
		}
	}
}

func TestCommandsAreAsPublished(t *testing.T) {
	schema := readSchema(t, "commands")
	schema.checkNames(commands)
	for name, of := range commands.byName {
		if shape, is := schema.Properties[name]; is {
			schema.check(name, of, shape.Properties["params"])
			schema.check(name+" ok", typeOf[Done](), shape.Properties["ok"])
		}
	}
}

func TestQueriesAreAsPublished(t *testing.T) {
	schema := readSchema(t, "queries")
	schema.checkNames(queries)
	for name, of := range queries.byName {
		shape, is := schema.Properties[name]
		if !is {
			continue
		}
		schema.check(name, of, shape.Properties["params"])
		schema.check(name+" ok", answerOf(of), shape.Properties["ok"])
	}
}

// answerOf is the A of a query that is an [Asks] of A.
func answerOf(query reflect.Type) reflect.Type {
	for _, pair := range []struct{ asks, answer reflect.Type }{
		{typeOf[Asks[Page]](), typeOf[Page]()},
		{typeOf[Asks[RowsAnswer]](), typeOf[RowsAnswer]()},
		{typeOf[Asks[TimelinePage]](), typeOf[TimelinePage]()},
		{typeOf[Asks[ContactAnswer]](), typeOf[ContactAnswer]()},
		{typeOf[Asks[Plan]](), typeOf[Plan]()},
		{typeOf[Asks[TemplatesAnswer]](), typeOf[TemplatesAnswer]()},
		{typeOf[Asks[TemplateAnswer]](), typeOf[TemplateAnswer]()},
		{typeOf[Asks[ConsentPage]](), typeOf[ConsentPage]()},
		{typeOf[Asks[ServerStatus]](), typeOf[ServerStatus]()},
		{typeOf[Asks[JobAnswer]](), typeOf[JobAnswer]()},
		{typeOf[Asks[CountersAnswer]](), typeOf[CountersAnswer]()},
		{typeOf[Asks[WorkspaceAnswer]](), typeOf[WorkspaceAnswer]()},
		{typeOf[Asks[ConversationsFound]](), typeOf[ConversationsFound]()},
		{typeOf[Asks[MessagesFound]](), typeOf[MessagesFound]()},
		{typeOf[Asks[WebhooksAnswer]](), typeOf[WebhooksAnswer]()},
		{typeOf[Asks[DeliveriesAnswer]](), typeOf[DeliveriesAnswer]()},
	} {
		if query.Implements(pair.asks) {
			return pair.answer
		}
	}
	panic("no answer to " + query.String())
}

func TestEventsAreAsPublished(t *testing.T) {
	schema := readSchema(t, "events")
	schema.checkNames(events)
	for name, of := range events.byName {
		if shape, is := schema.Properties[name]; is {
			schema.check(name, of, shape)
		}
	}
}

func TestFramesAreAsPublished(t *testing.T) {
	up, down := readSchema(t, "up"), readSchema(t, "down")
	for name, of := range map[string]reflect.Type{
		"HelloFrame": typeOf[Hello](), "RefreshFrame": typeOf[Refresh](), "SignalUpFrame": typeOf[SignalUp](),
		"UnwatchFrame": typeOf[Unwatch](), "PongFrame": typeOf[Pong](),
	} {
		up.checkFields(name, of, up.Defs[name], "type")
	}
	for name, of := range map[string]reflect.Type{
		"ChangeFrame": typeOf[Change](), "CheckpointFrame": typeOf[Checkpoint](), "GoodbyeFrame": typeOf[Goodbye](),
		"CountersFrame": typeOf[CountersFrame](), "PingFrame": typeOf[Ping](), "ResetFrame": typeOf[Reset](),
		"SignalFrame": typeOf[SignalDown](), "SnapshotFrame": typeOf[Snapshot](), "WelcomeFrame": typeOf[Welcome](),
	} {
		down.checkFields(name, of, down.Defs[name], "type")
	}
}

func TestLimitsAreAsRegistered(t *testing.T) {
	text, err := os.ReadFile("../../../protocol/registry/limits.json")
	if err != nil {
		t.Fatal(err)
	}
	var registry []struct {
		Name    string
		Default any
	}
	if err := json.Unmarshal(text, &registry); err != nil {
		t.Fatal(err)
	}
	var own map[string]any
	if err := json.Unmarshal(Write(JSON, DefaultLimits()), &own); err != nil {
		t.Fatal(err)
	}
	for _, limit := range registry {
		if own[limit.Name] != limit.Default {
			t.Errorf("%s is %v, registered is %v", limit.Name, own[limit.Name], limit.Default)
		}
		delete(own, limit.Name)
	}
	delete(own, "profile")
	if len(own) > 0 {
		t.Errorf("not registered: %v", own)
	}
}
