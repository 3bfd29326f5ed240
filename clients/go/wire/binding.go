// How each Go type is read from a document and written to one. A plan is made once for a type, from its fields and
// their tags: `wire:"field"`, with `optional` for what may be absent, `named` for a union whose name stands beside it.

package wire

import (
	"reflect"
	"strings"
	"sync"
)

// strictness is whether the forms of texts are checked and fields must be there, as a server does.
type strictness uint8

const (
	lenient strictness = iota
	strict
)

// plan reads and writes one type.
type plan struct {
	read  func(value Value, into reflect.Value, how strictness) error
	write func(out *writer, from reflect.Value)
}

var plans sync.Map

// planOf is the plan of a type.
func planOf(of reflect.Type) *plan {
	if made, is := plans.Load(of); is {
		return made.(*plan)
	}
	made, _ := plans.LoadOrStore(of, makePlan(of))
	return made.(*plan)
}

func bind(value Value, into any, how strictness) error {
	target := reflect.ValueOf(into).Elem()
	return planOf(target.Type()).read(value, target, how)
}

func makePlan(of reflect.Type) *plan {
	switch of {
	case typeOf[Value]():
		return valuePlan
	case typeOf[AssigneeFilter]():
		return assigneePlan()
	}
	switch of.Kind() {
	case reflect.String:
		return textPlan(forms[of])
	case reflect.Bool:
		return boolPlan
	case reflect.Int, reflect.Int64:
		return integerPlan
	case reflect.Float64:
		return floatPlan
	case reflect.Pointer:
		return pointerPlan(of.Elem())
	case reflect.Slice:
		return listPlan(of)
	case reflect.Array:
		return tuplePlan(of)
	case reflect.Map:
		return mapPlan(of)
	case reflect.Interface:
		return unionPlan(of, internals[of])
	default:
		return structPlan(of)
	}
}

// field is a field of a struct.
type field struct {
	name  string
	index int
	plan  *plan
	// union is that of a field whose name stands beside it.
	union    *union
	presence presence
	zero     func(reflect.Value) bool
}

type presence uint8

const (
	required presence = iota
	optional
	// zeroed is zero when it is left out, and always written.
	zeroed
)

func fieldsOf(of reflect.Type) []field {
	fields := make([]field, 0, of.NumField())
	for index := range of.NumField() {
		tag, is := of.Field(index).Tag.Lookup("wire")
		if !is {
			continue
		}
		name, option, _ := strings.Cut(tag, ",")
		made := field{name: name, index: index, zero: reflect.Value.IsZero}
		switch option {
		case "optional":
			made.presence = optional
		case "zero":
			made.presence = zeroed
		case "named":
			made.union = adjacents[of.Field(index).Type]
		}
		if made.union == nil {
			made.plan = planOf(of.Field(index).Type)
		}
		if of.Field(index).Type.Kind() == reflect.Slice {
			made.zero = reflect.Value.IsNil
		}
		fields = append(fields, made)
	}
	return fields
}

func structPlan(of reflect.Type) *plan {
	fields := fieldsOf(of)
	return &plan{
		read: func(value Value, into reflect.Value, how strictness) error {
			if value.kind != Map {
				return noFrame("it is no map")
			}
			return readFields(fields, value, into, how)
		},
		write: func(out *writer, from reflect.Value) {
			out.beginMap(countFields(fields, from))
			writeFields(out, fields, from)
			out.endMap()
		},
	}
}

func readFields(fields []field, value Value, into reflect.Value, how strictness) error {
	at := 0
	for index := range fields {
		field := &fields[index]
		found := find(value.entries, field.name, &at)
		if field.union != nil {
			if err := field.readNamed(value.Get("name"), found, into.Field(field.index), how); err != nil {
				return err
			}
			continue
		}
		if found.kind == Absent || found.kind == Null && (field.presence != required || how == lenient) {
			if how == strict && field.presence == required {
				return noFrame("'%s' is missing", field.name)
			}
			continue
		}
		if err := field.plan.read(found, into.Field(field.index), how); err != nil {
			return noFrame("'%s': %v", field.name, err)
		}
	}
	return nil
}

// find looks for a field from where the last one was found: most documents have them in the order of the struct.
func find(entries []entry, name string, at *int) Value {
	count := len(entries)
	for step := range count {
		index := *at + step
		if index >= count {
			index -= count
		}
		if entries[index].name == name {
			*at = index + 1
			if *at == count {
				*at = 0
			}
			return entries[index].value
		}
	}
	return Value{}
}

func (f *field) readNamed(name, value Value, into reflect.Value, how strictness) error {
	of, is := f.union.byName[name.text]
	if !is {
		if f.union.unknown == nil || name.kind != Text {
			return noFrame("'%s' is not known", name.text)
		}
		into.Set(reflect.ValueOf(f.union.unknown(name.text, value)))
		return nil
	}
	variant := reflect.New(of).Elem()
	if err := planOf(of).read(value, variant, how); err != nil {
		return noFrame("'%s' of '%s': %v", f.name, name.text, err)
	}
	into.Set(variant)
	return nil
}

func countFields(fields []field, from reflect.Value) int {
	count := 0
	for index := range fields {
		field := &fields[index]
		switch {
		case field.union != nil:
			count += len([]string{"name", field.name})
		case field.presence != optional || !field.zero(from.Field(field.index)):
			count++
		}
	}
	return count
}

func writeFields(out *writer, fields []field, from reflect.Value) {
	for index := range fields {
		field := &fields[index]
		value := from.Field(field.index)
		if field.union != nil {
			field.writeNamed(out, value)
			continue
		}
		if field.presence == optional && field.zero(value) {
			continue
		}
		out.name(field.name)
		field.plan.write(out, value)
	}
}

func (f *field) writeNamed(out *writer, from reflect.Value) {
	variant := from.Elem()
	if unknown, is := variant.Interface().(UnknownEvent); is {
		out.name("name")
		out.text(unknown.Name)
		out.name(f.name)
		out.value(unknown.Data)
		return
	}
	out.name("name")
	out.text(f.union.names[variant.Type()])
	out.name(f.name)
	planOf(variant.Type()).write(out, variant)
}
