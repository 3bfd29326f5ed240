// What a search finds (PROTOCOL.md, sections 9 and 11). It finds nothing itself.

package wire

// Rank is how well something matched.
type Rank string

// The ranks, the best first.
const (
	RankWhole     Rank = "whole"
	RankWord      Rank = "word"
	RankStart     Rank = "start"
	RankInside    Rank = "inside"
	RankElsewhere Rank = "elsewhere"
)

// HitConversation is what a list of hits shows of a conversation.
type HitConversation struct {
	ConversationID ConversationID `wire:"conversation_id"`
	Status         Status         `wire:"status"`
	Unread         bool           `wire:"unread"`
	GroupID        GroupID        `wire:"group_id"`
	ChannelID      ChannelID      `wire:"channel_id"`
	Assignee       AgentID        `wire:"assignee,optional"`
	ActivitySeq    Seq            `wire:"activity_seq"`
	ActivityAt     Time           `wire:"activity_at"`
}

// MatchField is which field of a hit matched.
type MatchField string

// The fields that can match.
const (
	MatchName     MatchField = "name"
	MatchAddress  MatchField = "address"
	MatchGroup    MatchField = "group"
	MatchTag      MatchField = "tag"
	MatchProperty MatchField = "property"
)

// Match is one field that matched, and where.
type Match struct {
	Field MatchField `wire:"field"`
	// Key is that of a property.
	Key *string `wire:"key,optional"`
	// Text is the field as it is shown.
	Text   string  `wire:"text"`
	Ranges []Range `wire:"ranges"`
}

// Hit is a conversation that was found, or a contact that has none: it has one of the two.
type Hit struct {
	Rank         Rank             `wire:"rank"`
	Conversation *HitConversation `wire:"conversation,optional"`
	ContactID    ContactID        `wire:"contact_id,optional"`
	Name         *string          `wire:"name,optional"`
	// ProfileName is there only without a saved name.
	ProfileName *string `wire:"profile_name,optional"`
	// Addresses has the conversation's own first.
	Addresses []Address `wire:"addresses"`
	Tags      []string  `wire:"tags"`
	Matched   []Match   `wire:"matched"`
}

// ID tells the hit from the others of its list.
func (h Hit) ID() HitID {
	if h.Conversation != nil {
		return HitID(h.Conversation.ConversationID)
	}
	return HitID(h.ContactID)
}

// MessageHit is a message that was found.
type MessageHit struct {
	Rank           Rank           `wire:"rank"`
	MessageID      MessageID      `wire:"message_id"`
	ConversationID ConversationID `wire:"conversation_id"`
	Seq            Seq            `wire:"seq"`
	At             Time           `wire:"at"`
	Direction      Direction      `wire:"direction"`
	// Snippet has at most 160 characters around the first match.
	Snippet string  `wire:"snippet"`
	Ranges  []Range `wire:"ranges"`
}

// Total is how many match; Capped: counting stopped there, shown as "1,000+".
type Total struct {
	Count  int64 `wire:"count"`
	Capped bool  `wire:"capped"`
}

// Building says that the index is built anew and hits may be missing: Done of Total.
type Building struct {
	Done  int64 `wire:"done"`
	Total int64 `wire:"total"`
}

// Placed is a hit and its place.
type Placed struct {
	At  int `wire:"at"`
	Hit Hit `wire:"hit"`
}
