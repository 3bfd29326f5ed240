// The plans of the types that are no structs: texts, numbers, lists, maps, pointers and unions. A plan reads one value
// and writes one value, and keeps nothing.

package wire

import (
	"reflect"
	"sort"
)

// integerMax is the largest whole number that every language of the protocol has.
const integerMax = 1<<53 - 1

func textPlan(form form) *plan {
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			if value.kind != Text || how == strict && form != nil && !form(value.text) {
				return noFrame("it is no text of its form")
			}
			into.SetString(value.text)
			return nil
		},
		write: func(out *writer, from reflect.Value) { out.text(from.String()) },
	}
}

var boolPlan = &plan{
	read: func(value Value, into reflect.Value, _ strictness) error {
		if value.kind != Bool {
			return noFrame("it is neither true nor false")
		}
		into.SetBool(value.Bool())
		return nil
	},
	write: func(out *writer, from reflect.Value) { out.bool(from.Bool()) },
}

var integerPlan = &plan{
	read: func(value Value, into reflect.Value, how strictness) error {
		number := value.Integer()
		if value.kind != Integer || how == strict && (number < 0 || number > integerMax) {
			return noFrame("it is no whole number")
		}
		into.SetInt(number)
		return nil
	},
	write: func(out *writer, from reflect.Value) { out.integer(from.Int()) },
}

var floatPlan = &plan{
	read: func(value Value, into reflect.Value, _ strictness) error {
		if value.kind != Float && value.kind != Integer {
			return noFrame("it is no number")
		}
		into.SetFloat(value.Float())
		return nil
	},
	write: func(out *writer, from reflect.Value) { out.float(from.Float()) },
}

var valuePlan = &plan{
	read: func(value Value, into reflect.Value, _ strictness) error {
		into.Set(reflect.ValueOf(value))
		return nil
	},
	write: func(out *writer, from reflect.Value) { out.value(from.Interface().(Value)) },
}

func pointerPlan(of reflect.Type) *plan {
	inner := planOf(of)
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			if value.kind == Null {
				return nil
			}
			made := reflect.New(of)
			into.Set(made)
			return inner.read(value, made.Elem(), how)
		},
		write: func(out *writer, from reflect.Value) {
			if from.IsNil() {
				out.null()
				return
			}
			inner.write(out, from.Elem())
		},
	}
}

func listPlan(of reflect.Type) *plan {
	inner := planOf(of.Elem())
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			if value.kind != List {
				return noFrame("it is no list")
			}
			made := reflect.MakeSlice(of, value.Len(), value.Len())
			for index := range value.entries {
				if err := inner.read(value.entries[index].value, made.Index(index), how); err != nil {
					return noFrame("%d: %v", index, err)
				}
			}
			into.Set(made)
			return nil
		},
		write: func(out *writer, from reflect.Value) {
			out.beginList(from.Len())
			for index := range from.Len() {
				inner.write(out, from.Index(index))
			}
			out.endList()
		},
	}
}

func tuplePlan(of reflect.Type) *plan {
	inner := planOf(of.Elem())
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			if value.kind != List || value.Len() != of.Len() {
				return noFrame("it is no list of %d", of.Len())
			}
			for index := range value.entries {
				if err := inner.read(value.entries[index].value, into.Index(index), how); err != nil {
					return err
				}
			}
			return nil
		},
		write: func(out *writer, from reflect.Value) {
			out.beginList(of.Len())
			for index := range of.Len() {
				inner.write(out, from.Index(index))
			}
			out.endList()
		},
	}
}

func mapPlan(of reflect.Type) *plan {
	inner := planOf(of.Elem())
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			if value.kind != Map {
				return noFrame("it is no map")
			}
			made := reflect.MakeMapWithSize(of, value.Len())
			for index := range value.entries {
				item := reflect.New(of.Elem()).Elem()
				if err := inner.read(value.entries[index].value, item, how); err != nil {
					return noFrame("'%s': %v", value.entries[index].name, err)
				}
				made.SetMapIndex(reflect.ValueOf(value.entries[index].name), item)
			}
			into.Set(made)
			return nil
		},
		write: func(out *writer, from reflect.Value) {
			names := from.MapKeys()
			sort.Slice(names, func(a, b int) bool { return names[a].String() < names[b].String() })
			out.beginMap(len(names))
			for _, name := range names {
				out.name(name.String())
				inner.write(out, from.MapIndex(name))
			}
			out.endMap()
		},
	}
}

// unionPlan reads and writes a union whose tag is among its own fields.
func unionPlan(of reflect.Type, union *union) *plan {
	if union == nil {
		panic("no variants of " + of.String())
	}
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			if value.kind != Map {
				return noFrame("it is no map")
			}
			word := value.Get(union.tag)
			variant, is := union.byName[word.text]
			if !is {
				if union.unknown == nil || word.kind != Text {
					return noFrame("its '%s' is not known", union.tag)
				}
				into.Set(reflect.ValueOf(union.unknown(word.text, value)))
				return nil
			}
			made := reflect.New(variant).Elem()
			if err := planOf(variant).read(value, made, how); err != nil {
				return err
			}
			into.Set(made)
			return nil
		},
		write: func(out *writer, from reflect.Value) { union.write(out, from.Elem()) },
	}
}

func (u *union) write(out *writer, variant reflect.Value) {
	if !variant.IsValid() {
		out.null()
		return
	}
	word, is := u.names[variant.Type()]
	if !is {
		// What a newer server said stands as it came.
		out.value(variant.Field(0).Interface().(Value))
		return
	}
	fields := fieldsCached(variant.Type())
	out.beginMap(1 + countFields(fields, variant))
	out.name(u.tag)
	out.text(word)
	writeFields(out, fields, variant)
	out.endMap()
}

func assigneePlan() *plan {
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			var filter AssigneeFilter
			switch {
			case value.kind == Text && value.text == "me":
				filter = Mine{}
			case value.kind == Text && value.text == "nobody":
				filter = Nobodys{}
			default:
				var theirs Theirs
				if err := bind(value, &theirs, how); err != nil {
					return err
				}
				filter = theirs
			}
			into.Set(reflect.ValueOf(filter))
			return nil
		},
		write: func(out *writer, from reflect.Value) {
			switch filter := from.Interface().(type) {
			case Mine:
				out.text("me")
			case Nobodys:
				out.text("nobody")
			case Theirs:
				planOf(typeOf[Theirs]()).write(out, reflect.ValueOf(filter))
			}
		},
	}
}
