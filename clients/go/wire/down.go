// Frames from the server (PROTOCOL.md, section 5). It folds none.

package wire

// Down is a frame from the server: [Welcome], [Snapshot], [Event], [Reply], [Change], [SignalDown],
// [CountersFrame], [Checkpoint], [Ping], [Reset], [Goodbye] or [UnknownFrame].
type Down interface{ down() }

// Welcome lets a client in.
type Welcome struct {
	Workspace Workspace `wire:"workspace"`
	// Agent is who the client is.
	Agent Agent `wire:"agent"`
	Epoch Epoch `wire:"epoch"`
	// Cursor is the position that this connection begins with, Seq the same as a number.
	Cursor Cursor `wire:"cursor"`
	Seq    Seq    `wire:"seq"`
	// Resumed is whether the missing events follow; otherwise a snapshot does.
	Resumed bool `wire:"resumed"`
	// SignalsKept is, with Resumed, whether the signals that the client knows stay; otherwise it forgets them.
	SignalsKept bool   `wire:"signals_kept,optional"`
	Limits      Limits `wire:"limits"`
	// Server is name and version.
	Server string `wire:"server"`
}

// Snapshot is a part of what a client begins with.
type Snapshot struct {
	Part int64 `wire:"part"`
	// Last is whether events follow now.
	Last      bool         `wire:"last"`
	Seq       Seq          `wire:"seq"`
	Rows      []Row        `wire:"rows,optional"`
	Next      *string      `wire:"next,optional"`
	Groups    []Group      `wire:"groups,optional"`
	Agents    []Agent      `wire:"agents,optional"`
	Channels  []Channel    `wire:"channels,optional"`
	Templates []Template   `wire:"templates,optional"`
	Counters  []Counters   `wire:"counters,optional"`
	Signals   []SignalDown `wire:"signals,optional"`
}

// ErrorBody is what went wrong, as the server says it (PROTOCOL.md, section 13).
type ErrorBody struct {
	// Code is one of the registry's, or of a newer server's.
	Code string `wire:"code"`
	// Message is an English sentence that says what to do.
	Message string `wire:"message"`
	// Temporary is whether the same thing may work later.
	Temporary bool `wire:"temporary"`
	// RetryAfterMS is when to try again at the earliest, in milliseconds.
	RetryAfterMS *int64 `wire:"retry_after_ms,optional"`
	// Details is the facts, a map.
	Details Value `wire:"details,optional"`
}

// Reply answers a command (CommandID), or a query, watch or refresh (ID). Exactly one of Ok and Error is there.
type Reply struct {
	CommandID CommandID  `wire:"command_id,optional"`
	ID        *int64     `wire:"id,optional"`
	Ok        Value      `wire:"ok,optional"`
	Error     *ErrorBody `wire:"error,optional"`
}

// Change says that the list of a watch is another one now.
type Change struct {
	ID       int64     `wire:"id"`
	Seq      Seq       `wire:"seq"`
	Added    []Placed  `wire:"added"`
	Moved    []Placed  `wire:"moved"`
	Removed  []HitID   `wire:"removed"`
	Total    *Total    `wire:"total,optional"`
	Building *Building `wire:"building,optional"`
}

// Presence is what a colleague does.
type Presence string

// What a colleague can do. Without a conversation it is online or offline.
const (
	PresenceOnline  Presence = "online"
	PresenceOffline Presence = "offline"
	PresenceViewing Presence = "viewing"
	PresenceTyping  Presence = "typing"
	// PresenceLeasing types and holds the place.
	PresenceLeasing Presence = "leasing"
	PresenceNothing Presence = "nothing"
)

// SignalDown is word of a colleague.
type SignalDown struct {
	AgentID        AgentID        `wire:"agent_id"`
	ConversationID ConversationID `wire:"conversation_id,optional"`
	Doing          Presence       `wire:"doing"`
}

// CountersFrame is one group's counters.
type CountersFrame Counters

// Checkpoint says that everything visible up to Seq was sent.
type Checkpoint struct {
	Seq    Seq    `wire:"seq"`
	Cursor Cursor `wire:"cursor"`
}

// Ping is to be answered with a pong.
type Ping struct {
	Cursor Cursor `wire:"cursor"`
}

// ResetReason is why everything that was folded is void.
type ResetReason string

// Why everything can be void.
const (
	ResetUnknownCursor ResetReason = "unknown_cursor"
	ResetScopeChanged  ResetReason = "scope_changed"
	ResetTooOld        ResetReason = "too_old"
	ResetRebuilt       ResetReason = "rebuilt"
)

// Reset says to forget everything that was folded.
type Reset struct {
	Reason ResetReason `wire:"reason"`
}

// Goodbye says that the connection ends.
type Goodbye struct {
	// Code is the name of a close code.
	Code   string `wire:"code"`
	Reason string `wire:"reason"`
	// RetryAfterMS is when to connect again at the earliest; nil: not at all.
	RetryAfterMS *int64 `wire:"retry_after_ms,optional"`
}

// UnknownFrame is one of a newer server; it is ignored.
type UnknownFrame struct{ Value Value }

func (Welcome) down()       {}
func (Snapshot) down()      {}
func (Event) down()         {}
func (Reply) down()         {}
func (Change) down()        {}
func (SignalDown) down()    {}
func (CountersFrame) down() {}
func (Checkpoint) down()    {}
func (Ping) down()          {}
func (Reset) down()         {}
func (Goodbye) down()       {}
func (UnknownFrame) down()  {}

var downs = internal[Down]("type", map[string]Down{
	"welcome":    Welcome{},
	"snapshot":   Snapshot{},
	"event":      Event{},
	"reply":      Reply{},
	"change":     Change{},
	"signal":     SignalDown{},
	"counters":   CountersFrame{},
	"checkpoint": Checkpoint{},
	"ping":       Ping{},
	"reset":      Reset{},
	"goodbye":    Goodbye{},
})

func init() {
	downs.unknown = func(_ string, value Value) any { return UnknownFrame{value} }
}
