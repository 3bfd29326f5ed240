// Ids and the other short texts of the protocol, one type each, so that an id of one noun is never taken for another
// (PROTOCOL.md, section 2). It makes no id.

package wire

import "time"

// WorkspaceID names one tenant: `wsp_` and a UUID.
type WorkspaceID string

// AgentID names a person or a program that works the queue: `agt_` and a UUID.
type AgentID string

// ChannelID names one own sender: `chn_` and a UUID.
type ChannelID string

// ContactID names a saved person: `con_` and a UUID.
type ContactID string

// ConversationID names one thread with one address over one channel: `cnv_` and a UUID.
type ConversationID string

// MessageID names a message: `msg_` and a UUID; of one that a client sends the UUID is the command's.
type MessageID string

// GroupID names a set of conversations: `grp_` and a UUID.
type GroupID string

// NoteID names a note: `not_` and a UUID.
type NoteID string

// JobID names large work: `job_` and a UUID.
type JobID string

// TokenID is the handle of a token, never its secret: `tok_` and a UUID.
type TokenID string

// TemplateID names a template: `tpl_` and a UUID.
type TemplateID string

// AttachmentID names a file: `att_` and a UUID.
type AttachmentID string

// HitID tells a hit from the others of its list: a conversation's id, or that of a contact without one.
type HitID string

// CommandID is a bare UUID of version 7, made by the client.
type CommandID string

// Epoch names one life of a log: 16 hexadecimal digits.
type Epoch string

// Cursor is an opaque position to resume from.
type Cursor string

// Country is a country in two letters.
type Country string

// Seq is a place in a workspace's log, from 1.
type Seq int64

// Range is characters of a text from the first up to before the second, in Unicode scalar values: not bytes.
type Range [2]int

// Time is a moment in UTC with milliseconds: `2026-11-03T09:15:02.123Z`. It is never used for order.
type Time string

const timeLayout = "2006-01-02T15:04:05.000Z"

// TimeOf writes a moment as the protocol does, cut to milliseconds.
func TimeOf(at time.Time) Time {
	return Time(at.UTC().Format(timeLayout))
}

// Time reads the moment; the zero time when it is none.
func (t Time) Time() time.Time {
	at, err := time.Parse(time.RFC3339Nano, string(t))
	if err != nil {
		return time.Time{}
	}
	return at
}

// Some makes a pointer of a value, for fields that may be absent.
func Some[T any](value T) *T {
	return &value
}
