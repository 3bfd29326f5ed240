// Messages and notes with what they carry (PROTOCOL.md, section 11). It decides nothing about a delivery.

package wire

// Direction is from whom a message came.
type Direction string

// The two directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Delivery is how far a message is, by rank and never down; failed and unknown may still rise to sent or beyond.
// Scheduled and held are planned: not yet lines of the timeline. Cancelled is final.
type Delivery string

// How far a message can be.
const (
	DeliveryScheduled Delivery = "scheduled"
	DeliveryHeld      Delivery = "held"
	DeliveryQueued    Delivery = "queued"
	DeliverySending   Delivery = "sending"
	DeliveryAccepted  Delivery = "accepted"
	DeliverySent      Delivery = "sent"
	DeliveryDelivered Delivery = "delivered"
	DeliveryRead      Delivery = "read"
	DeliveryFailed    Delivery = "failed"
	DeliveryUnknown   Delivery = "unknown"
	DeliveryCancelled Delivery = "cancelled"
)

// Failure is why a message failed.
type Failure string

// Why a message can fail.
const (
	FailureWindowExpired   Failure = "window_expired"
	FailureNotOnChannel    Failure = "not_on_channel"
	FailureInvalidNumber   Failure = "invalid_number"
	FailureBlocked         Failure = "blocked"
	FailureOptedOut        Failure = "opted_out"
	FailureUnreachable     Failure = "unreachable"
	FailureExpired         Failure = "expired"
	FailureRejectedContent Failure = "rejected_content"
	FailureThrottled       Failure = "throttled"
	FailureAuth            Failure = "auth"
	FailureBilling         Failure = "billing"
	FailureUnsupported     Failure = "unsupported"
	FailureNotApproved     Failure = "not_approved"
	FailureUnknown         Failure = "unknown"
)

// AttachmentKind is what a file is to a reader.
type AttachmentKind string

// The kinds of files.
const (
	AttachmentPicture  AttachmentKind = "picture"
	AttachmentVideo    AttachmentKind = "video"
	AttachmentDocument AttachmentKind = "document"
	AttachmentAudio    AttachmentKind = "audio"
	AttachmentSticker  AttachmentKind = "sticker"
	AttachmentOther    AttachmentKind = "other"
)

// AttachmentState is whether a file is there.
type AttachmentState string

// Where a file can be.
const (
	FileStored AttachmentState = "stored"
	// FileFetching is inbound, on its way to the server.
	FileFetching AttachmentState = "fetching"
	// FileMissing could not be fetched.
	FileMissing AttachmentState = "missing"
)

// Attachment is a file of a message.
type Attachment struct {
	AttachmentID AttachmentID `wire:"attachment_id"`
	// Name is nil when nobody gave one.
	Name      *string        `wire:"name"`
	MediaType string         `wire:"media_type"`
	Kind      AttachmentKind `wire:"kind"`
	Bytes     int64          `wire:"bytes"`
	// Width and Height are in pixels.
	Width  *int64 `wire:"width,optional"`
	Height *int64 `wire:"height,optional"`
	// Thumbnail is whether there is one.
	Thumbnail bool            `wire:"thumbnail"`
	State     AttachmentState `wire:"state"`
}

// ActionKind is what a button does.
type ActionKind string

// The kinds of buttons.
const (
	ActionReply ActionKind = "reply"
	ActionLink  ActionKind = "link"
	ActionCall  ActionKind = "call"
)

// Action is a button: Value is a postback, an https address or a number.
type Action struct {
	Kind  ActionKind `wire:"kind"`
	Label string     `wire:"label"`
	Value string     `wire:"value"`
}

// Card is a rich card as the recipient sees it.
type Card struct {
	Title   *string     `wire:"title,optional"`
	Text    *string     `wire:"text,optional"`
	Media   *Attachment `wire:"media,optional"`
	Actions []Action    `wire:"actions"`
}

// CardDraft is a card as a command carries it.
type CardDraft struct {
	Title   *string      `wire:"title,optional"`
	Text    *string      `wire:"text,optional"`
	Media   AttachmentID `wire:"media,optional"`
	Actions []Action     `wire:"actions,optional"`
}

// TemplateRef is which template a message was made of.
type TemplateRef struct {
	TemplateID TemplateID `wire:"template_id"`
	Name       string     `wire:"name"`
	Language   string     `wire:"language"`
}

// Location is a place that was sent.
type Location struct {
	Latitude  float64 `wire:"latitude"`
	Longitude float64 `wire:"longitude"`
	Name      *string `wire:"name,optional"`
	Address   *string `wire:"address,optional"`
}

// Reaction is a sign at a message; an empty Emoji takes it back.
type Reaction struct {
	Emoji     string    `wire:"emoji"`
	MessageID MessageID `wire:"message_id,optional"`
}

// Link is a file that went as a link.
type Link struct {
	ExpiresAt Time `wire:"expires_at"`
	Revoked   bool `wire:"revoked"`
	// Opened is how often.
	Opened   int64 `wire:"opened"`
	OpenedAt Time  `wire:"opened_at,optional"`
}

// Carriage is how a message is carried.
type Carriage string

// How a message can be carried.
const (
	CarriageText     Carriage = "text"
	CarriageNative   Carriage = "native"
	CarriageDocument Carriage = "document"
	CarriageLink     Carriage = "link"
)

// Message is what somebody said.
type Message struct {
	MessageID MessageID `wire:"message_id"`
	Direction Direction `wire:"direction"`
	// Text is the body or caption, may be empty beside something else; nil once erased.
	Text   *string `wire:"text"`
	Author AgentID `wire:"author,optional"`
	// SeenSeq is what its author had on screen.
	SeenSeq  *Seq     `wire:"seen_seq,optional"`
	Delivery Delivery `wire:"delivery,optional"`
	Failure  Failure  `wire:"failure,optional"`
	// Attempt is 0 for an inbound one, then from 1.
	Attempt     int64        `wire:"attempt"`
	Attachments []Attachment `wire:"attachments,optional"`
	Card        *Card        `wire:"card,optional"`
	Template    *TemplateRef `wire:"template,optional"`
	Location    *Location    `wire:"location,optional"`
	Reaction    *Reaction    `wire:"reaction,optional"`
	Link        *Link        `wire:"link,optional"`
	// DueAt is when a planned one goes; a held one without it waits for a decision.
	DueAt    Time     `wire:"due_at,optional"`
	Carriage Carriage `wire:"carriage,optional"`
}

// Note is seen by colleagues only.
type Note struct {
	NoteID NoteID `wire:"note_id"`
	// Text is nil once erased.
	Text     *string   `wire:"text"`
	Mentions []AgentID `wire:"mentions"`
}

// Consent is whether somebody wants messages.
type Consent string

// What somebody can have said.
const (
	OptedOut Consent = "opted_out"
	OptedIn  Consent = "opted_in"
)

// ReopenCause is why a conversation was opened again.
type ReopenCause string

// Why a conversation can be opened again.
const (
	ReopenedByReply ReopenCause = "reply"
	ReopenedBySend  ReopenCause = "send"
	ReopenedByAgent ReopenCause = "agent"
)
