// Frames from a client (PROTOCOL.md, section 4). It sends none.

package wire

// Up is a frame from a client: [Hello], [CommandFrame], [QueryFrame], [WatchFrame], [Unwatch], [SignalUp],
// [Refresh] or [Pong].
type Up interface{ up() }

// Resume is where a client goes on.
type Resume struct {
	Cursor Cursor `wire:"cursor"`
}

// Hello is the first frame, once.
type Hello struct {
	Token *string `wire:"token,optional"`
	// Client is name and version of the program, for the operator.
	Client string  `wire:"client"`
	Resume *Resume `wire:"resume,optional"`
	// View is whose first page the snapshot brings.
	View *View `wire:"view,optional"`
}

// CommandFrame changes something.
type CommandFrame struct {
	CommandID CommandID `wire:"command_id"`
	Expected  *Expected `wire:"expected,optional"`
	Command   Command   `wire:"params,named"`
}

// QueryFrame reads something.
type QueryFrame struct {
	ID int64 `wire:"id,zero"`
	// AtLeast is a seq that the answer must include.
	AtLeast *Seq  `wire:"at_least,optional"`
	Query   Query `wire:"params,named"`
}

// WatchFrame reads something and keeps the question open; only [SearchConversations].
type WatchFrame struct {
	ID    int64 `wire:"id"`
	Query Query `wire:"params,named"`
}

// Unwatch ends a watch.
type Unwatch struct {
	ID int64 `wire:"id"`
}

// Doing is what an agent says of itself in a conversation.
type Doing string

// What an agent can say of itself.
const (
	Viewing    Doing = "viewing"
	Typing     Doing = "typing"
	TakingOver Doing = "taking_over"
	Nothing    Doing = "nothing"
)

// SignalUp tells colleagues what the agent does.
type SignalUp struct {
	ConversationID ConversationID `wire:"conversation_id"`
	Doing          Doing          `wire:"doing"`
}

// Refresh gives another token of the same agent.
type Refresh struct {
	ID    int64  `wire:"id"`
	Token string `wire:"token"`
}

// Pong answers a ping.
type Pong struct{}

func (Hello) up()        {}
func (CommandFrame) up() {}
func (QueryFrame) up()   {}
func (WatchFrame) up()   {}
func (Unwatch) up()      {}
func (SignalUp) up()     {}
func (Refresh) up()      {}
func (Pong) up()         {}

var ups = internal[Up]("type", map[string]Up{
	"hello":   Hello{},
	"command": CommandFrame{},
	"query":   QueryFrame{},
	"watch":   WatchFrame{},
	"unwatch": Unwatch{},
	"signal":  SignalUp{},
	"refresh": Refresh{},
	"pong":    Pong{},
})
