// Package wire has the documents of the Parloir protocol as Go values, and the two codecs that carry them.
//
// It owns the shape of every frame, command, query, event and entity (protocol/PROTOCOL.md). It opens no connection
// and keeps nothing.
//
// Unions are sealed interfaces with one struct per variant: [Command], [Query], [EventData], [Item], [Actor],
// [JobKind], [AssigneeFilter], [Up] and [Down]. Tell them apart with a type switch. What a newer server adds is read
// as [UnknownEvent], [UnknownItem], [UnknownActor] or [UnknownFrame] and never ends a connection.
//
// A field that may be absent is a pointer, or a type whose zero value never stands on the wire (an id, a time, a
// word of a list). [Some] makes a pointer of a value. A nil slice in a field that may be absent is absent; an empty
// one is there and empty.
package wire
