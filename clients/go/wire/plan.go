// What would go if something were sent now: the answer of send.plan. It decides nothing.

package wire

// Costly is a character that the short alphabet lacks.
type Costly struct {
	Range     Range  `wire:"range"`
	Character string `wire:"character"`
	// Replacement is what stands for it; nil: nothing does.
	Replacement *string `wire:"replacement,optional"`
}

// SMSPlan is how a text goes as SMS.
type SMSPlan struct {
	// Encoding is gsm7 or ucs2.
	Encoding string `wire:"encoding"`
	Segments int64  `wire:"segments"`
	// Characters are Unicode scalar values.
	Characters int64 `wire:"characters"`
	// Units are septets or UTF-16 code units.
	Units int64 `wire:"units"`
	// UnitsLeft is free in the last segment.
	UnitsLeft int64    `wire:"units_left"`
	Costly    []Costly `wire:"costly"`
	// Fitted is the text in the short alphabet, signs replaced that only look better.
	Fitted *string `wire:"fitted,optional"`
	// FittedLetters is the same with letters replaced as well: another spelling.
	FittedLetters *string `wire:"fitted_letters,optional"`
}

// FieldPlan is a template's field as it would be filled.
type FieldPlan struct {
	Name  string  `wire:"name"`
	Value *string `wire:"value,optional"`
	// Source is contact, given or missing.
	Source string `wire:"source"`
}

// TemplatePlan is a template as it would be filled.
type TemplatePlan struct {
	// Digest goes with the command: the author saw this.
	Digest string      `wire:"digest"`
	Fields []FieldPlan `wire:"fields"`
}

// WindowPlan is WhatsApp's window at the time of sending.
type WindowPlan struct {
	Open  bool `wire:"open"`
	Until Time `wire:"until,optional"`
}

// ApprovalPlan is whether the sender may write to that country.
type ApprovalPlan struct {
	Country  Country `wire:"country"`
	Approved bool    `wire:"approved"`
}

// PlanLimits is the bounds of what goes over the channel; 0 where there is none.
type PlanLimits struct {
	TextCharsMax        int64 `wire:"text_chars_max"`
	CaptionCharsMax     int64 `wire:"caption_chars_max"`
	FileBytesMax        int64 `wire:"file_bytes_max"`
	PictureBytesMax     int64 `wire:"picture_bytes_max"`
	VideoBytesMax       int64 `wire:"video_bytes_max"`
	CardTitleCharsMax   int64 `wire:"card_title_chars_max"`
	CardTextCharsMax    int64 `wire:"card_text_chars_max"`
	CardActionsMax      int64 `wire:"card_actions_max"`
	ActionLabelCharsMax int64 `wire:"action_label_chars_max"`
}

// Plan is exactly what would go, over which channel, and what stands against it.
type Plan struct {
	ChannelID ChannelID   `wire:"channel_id"`
	Kind      ChannelKind `wire:"kind"`
	// Address is nil once erased.
	Address  *Address `wire:"address"`
	Carriage Carriage `wire:"carriage"`
	// Text is that after substitution; a link is shown with one of the right length.
	Text     string        `wire:"text"`
	SMS      *SMSPlan      `wire:"sms,optional"`
	Card     *CardDraft    `wire:"card,optional"`
	Template *TemplatePlan `wire:"template,optional"`
	Window   *WindowPlan   `wire:"window,optional"`
	Consent  Consent       `wire:"consent,optional"`
	Approval *ApprovalPlan `wire:"approval,optional"`
	Limits   PlanLimits    `wire:"limits"`
	// Existing is the thread that the channel and the address have already.
	Existing ConversationID `wire:"existing,optional"`
	// Refusal is what message.send would answer now.
	Refusal *ErrorBody `wire:"refusal,optional"`
}
