// The lines of a timeline and who did something (PROTOCOL.md, section 11). It orders nothing.

package wire

// Actor is who did something: [AgentActor], [ContactActor], [ProviderActor], [SystemActor] or [UnknownActor].
type Actor interface{ actor() }

// AgentActor is an agent.
type AgentActor struct {
	AgentID AgentID `wire:"agent_id"`
}

// ContactActor is the other side of a conversation.
type ContactActor struct {
	ChannelID ChannelID `wire:"channel_id"`
}

// ProviderActor is a channel's provider.
type ProviderActor struct {
	ChannelID ChannelID `wire:"channel_id"`
}

// SystemActor is the server itself.
type SystemActor struct{}

// UnknownActor is one of a newer server.
type UnknownActor struct{ Value Value }

func (AgentActor) actor()    {}
func (ContactActor) actor()  {}
func (ProviderActor) actor() {}
func (SystemActor) actor()   {}
func (UnknownActor) actor()  {}

// Item is what a line of a timeline says; its variants are the types that begin with Item, and [UnknownItem].
type Item interface{ item() }

// ItemStarted begins the thread.
type ItemStarted struct{}

// ItemMessage is a message, with its delivery now.
type ItemMessage struct {
	Message Message `wire:"message"`
}

// ItemNote is a note.
type ItemNote struct {
	Note Note `wire:"note"`
}

// ItemMoved is a move to another group.
type ItemMoved struct {
	From GroupID `wire:"from"`
	To   GroupID `wire:"to"`
}

// ItemClosed is a close.
type ItemClosed struct{}

// ItemReopened is a reopening.
type ItemReopened struct {
	Cause ReopenCause `wire:"cause"`
}

// ItemAssigned is a change of owner; empty: nobody.
type ItemAssigned struct {
	From AgentID `wire:"from,optional"`
	To   AgentID `wire:"to,optional"`
}

// ItemMarkedUnread is the mark, put by hand.
type ItemMarkedUnread struct{}

// ItemConsentChanged is a word about consent.
type ItemConsentChanged struct {
	Consent Consent `wire:"consent"`
}

// ItemLinkOpened is an opening of a message's link.
type ItemLinkOpened struct {
	MessageID MessageID `wire:"message_id"`
}

// ItemLinkRevoked ends a message's link.
type ItemLinkRevoked struct {
	MessageID MessageID `wire:"message_id"`
}

// ItemErased is the erasure of the person behind the conversation.
type ItemErased struct{}

// UnknownItem is one of a newer server.
type UnknownItem struct{ Value Value }

func (ItemStarted) item()        {}
func (ItemMessage) item()        {}
func (ItemNote) item()           {}
func (ItemMoved) item()          {}
func (ItemClosed) item()         {}
func (ItemReopened) item()       {}
func (ItemAssigned) item()       {}
func (ItemMarkedUnread) item()   {}
func (ItemConsentChanged) item() {}
func (ItemLinkOpened) item()     {}
func (ItemLinkRevoked) item()    {}
func (ItemErased) item()         {}
func (UnknownItem) item()        {}

// Line is one line of a timeline.
type Line struct {
	Seq   Seq   `wire:"seq"`
	At    Time  `wire:"at"`
	Actor Actor `wire:"actor"`
	Item  Item  `wire:"item"`
}
