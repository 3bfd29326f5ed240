// Which struct stands for which word in a union: by a field inside it, or by the field `name` beside it. The lists are
// made before the first frame is read and never changed after.

package wire

import "reflect"

// union is the variants of a sealed interface.
type union struct {
	// tag is the field that tells them apart.
	tag    string
	byName map[string]reflect.Type
	names  map[reflect.Type]string
	// unknown makes what stands for a variant of a newer server; nil: there is nothing that does.
	unknown func(name string, value Value) any
}

var (
	// internals have their tag among their own fields.
	internals = map[reflect.Type]*union{}
	// adjacents have their tag beside the field that holds them.
	adjacents = map[reflect.Type]*union{}
)

func internal[T any](tag string, variants map[string]T) *union {
	made := unionOf(tag, variants)
	internals[typeOf[T]()] = made
	return made
}

func adjacent[T any](variants map[string]T) *union {
	made := unionOf("name", variants)
	adjacents[typeOf[T]()] = made
	return made
}

func unionOf[T any](tag string, variants map[string]T) *union {
	made := &union{tag: tag, byName: map[string]reflect.Type{}, names: map[reflect.Type]string{}}
	for name, variant := range variants {
		of := reflect.TypeOf(variant)
		made.byName[name] = of
		made.names[of] = name
	}
	return made
}

// nameOf is the word of a variant; empty for one that has none.
func (u *union) nameOf(variant any) string {
	return u.names[reflect.TypeOf(variant)]
}

// NameOf is a command's name on the wire, as `message.send`.
func NameOf(command Command) string { return commands.nameOf(command) }

// QueryName is a query's name on the wire, as `queue.page`.
func QueryName(query Query) string { return queries.nameOf(query) }

// ReadCommand reads the command of that name from its params. Its error is a [FrameError].
func ReadCommand(name string, params Value) (Command, error) {
	return readNamed[Command](commands, name, params)
}

// ReadQuery reads the query of that name from its params. Its error is a [FrameError].
func ReadQuery(name string, params Value) (Query, error) {
	return readNamed[Query](queries, name, params)
}

func readNamed[T any](union *union, name string, params Value) (read T, err error) {
	of, is := union.byName[name]
	if !is {
		return read, noFrame("'%s' is not known", name)
	}
	into := reflect.New(of)
	if err := planOf(of).read(params, into.Elem(), lenient); err != nil {
		return read, err
	}
	return into.Elem().Interface().(T), nil
}

var items = internal[Item]("kind", map[string]Item{
	"started":         ItemStarted{},
	"message":         ItemMessage{},
	"note":            ItemNote{},
	"moved":           ItemMoved{},
	"closed":          ItemClosed{},
	"reopened":        ItemReopened{},
	"assigned":        ItemAssigned{},
	"marked_unread":   ItemMarkedUnread{},
	"consent_changed": ItemConsentChanged{},
	"link_opened":     ItemLinkOpened{},
	"link_revoked":    ItemLinkRevoked{},
	"erased":          ItemErased{},
})

var actors = internal[Actor]("kind", map[string]Actor{
	"agent":    AgentActor{},
	"contact":  ContactActor{},
	"provider": ProviderActor{},
	"system":   SystemActor{},
})

var jobKinds = internal[JobKind]("name", map[string]JobKind{
	"delete_group":    DeleteGroupJob{},
	"close_group":     CloseGroupJob{},
	"erase_contact":   EraseContactJob{},
	"import_contacts": ImportContactsJob{},
})

func init() {
	items.unknown = func(_ string, value Value) any { return UnknownItem{value} }
	actors.unknown = func(_ string, value Value) any { return UnknownActor{value} }
	jobKinds.unknown = func(_ string, value Value) any { return UnknownJob{value} }
}
