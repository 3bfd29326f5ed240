// Webhooks: addresses that events are sent to, what can be done with them, asked of them and told of them, and what
// became of each try. None of it holds a secret but the answer that shows one.

package wire

// WebhookID names a webhook: `whk_` and a UUID.
type WebhookID string

// WebhookStatus is whether a webhook is sent anything.
type WebhookStatus string

// The states of a webhook. A disabled one keeps its place.
const (
	WebhookStatusActive   WebhookStatus = "active"
	WebhookStatusDisabled WebhookStatus = "disabled"
)

// StopReason is why a webhook is disabled.
type StopReason string

// Why a webhook can be disabled.
const (
	// StoppedByHand: somebody wants it so.
	StoppedByHand StopReason = "by_hand"
	// StoppedGone: its receiver answered 410.
	StoppedGone StopReason = "gone"
	// StoppedExhausted: its receiver took nothing for as long as it is tried.
	StoppedExhausted StopReason = "exhausted"
)

// Stopped is where and why a webhook was disabled.
type Stopped struct {
	Reason StopReason `wire:"reason"`
	// FailedSeq is of the event that was not taken; nil when somebody disabled it.
	FailedSeq *Seq `wire:"failed_seq,optional"`
	At        Time `wire:"at"`
}

// Webhook is an address that events are sent to.
type Webhook struct {
	WebhookID WebhookID `wire:"webhook_id"`
	Name      string    `wire:"name"`
	URL       string    `wire:"url"`
	// Events is names of the events that are sent; nil: all.
	Events []string `wire:"events,optional"`
	// Groups is those it sees; nil: all.
	Groups []GroupID     `wire:"groups,optional"`
	Status WebhookStatus `wire:"status"`
	// Stopped is why not, when it is disabled.
	Stopped *Stopped `wire:"stopped,optional"`
	// PreviousUntil is until when its previous secret signs as well.
	PreviousUntil Time `wire:"previous_until,optional"`
	Seq           Seq  `wire:"seq"`
}

// WebhookStanding is a webhook, and how far it is.
type WebhookStanding struct {
	Webhook Webhook `wire:"webhook"`
	// Position: its receiver has taken everything up to here.
	Position Seq `wire:"position"`
	// FailingSince is since when its receiver takes nothing.
	FailingSince Time `wire:"failing_since,optional"`
}

// DeliveryOutcome is what became of one try.
type DeliveryOutcome string

// What can become of a try.
const (
	OutcomeDelivered DeliveryOutcome = "delivered"
	OutcomeFailed    DeliveryOutcome = "failed"
	OutcomeGivenUp   DeliveryOutcome = "given_up"
)

// WebhookDelivery is one try to send one event.
type WebhookDelivery struct {
	// DeliveryID is the header webhook-id: the same at each try of the event.
	DeliveryID string `wire:"delivery_id"`
	Seq        Seq    `wire:"seq"`
	Name       string `wire:"name"`
	At         Time   `wire:"at"`
	// Attempt is which try it was, from 1.
	Attempt int64           `wire:"attempt"`
	Outcome DeliveryOutcome `wire:"outcome"`
	// HTTP is the status that the receiver answered; nil when no answer came.
	HTTP *int64 `wire:"http,optional"`
	// Problem is why it failed, a sentence.
	Problem *string `wire:"problem,optional"`
	// TookMS is from the call to its answer, in milliseconds.
	TookMS int64 `wire:"took_ms"`
}

// WebhookSave makes a webhook or changes one, given whole; a new one's secret is in the answer, once.
type WebhookSave struct {
	// WebhookID: a new one when empty.
	WebhookID WebhookID `wire:"webhook_id,optional"`
	Name      string    `wire:"name"`
	URL       string    `wire:"url"`
	// Events is names of the events to be sent; all when nil or empty.
	Events []string `wire:"events,optional"`
	// Groups is those it sees; all that the author sees when nil or empty.
	Groups []GroupID `wire:"groups,optional"`
	// Status is as it was when empty.
	Status WebhookStatus `wire:"status,optional"`
}

// WebhookDelete deletes a webhook.
type WebhookDelete struct {
	WebhookID WebhookID `wire:"webhook_id"`
}

// WebhookRotate makes another secret, which is in the answer, once.
type WebhookRotate struct {
	WebhookID WebhookID `wire:"webhook_id"`
	// KeepMS is how long the previous secret still signs, in milliseconds; 24 hours when nil.
	KeepMS *int64 `wire:"keep_ms,optional"`
}

// WebhookReplay sends events from there on, those sent before with the same ids.
type WebhookReplay struct {
	WebhookID WebhookID `wire:"webhook_id"`
	FromSeq   Seq       `wire:"from_seq"`
}

func (WebhookSave) command()   {}
func (WebhookDelete) command() {}
func (WebhookRotate) command() {}
func (WebhookReplay) command() {}

// WebhookList asks for the webhooks whose groups the agent sees.
type WebhookList struct{}

// WebhookDeliveries asks for the newest tries, as far as they are kept.
type WebhookDeliveries struct {
	WebhookID WebhookID `wire:"webhook_id"`
	// Seq: only those of the event with it.
	Seq   *Seq   `wire:"seq,optional"`
	Limit *int64 `wire:"limit,optional"`
}

func (WebhookList) query()       {}
func (WebhookDeliveries) query() {}

// WebhooksAnswer has webhooks, by name.
type WebhooksAnswer struct {
	Webhooks []WebhookStanding `wire:"webhooks"`
	Seq      Seq               `wire:"seq"`
}

// DeliveriesAnswer has tries, the newest first.
type DeliveriesAnswer struct {
	Items []WebhookDelivery `wire:"items"`
	Seq   Seq               `wire:"seq"`
}

func (WebhookList) answer(WebhooksAnswer)         {}
func (WebhookDeliveries) answer(DeliveriesAnswer) {}

// WebhookCounts is the webhooks of all workspaces.
type WebhookCounts struct {
	Active   int64 `wire:"active"`
	Failing  int64 `wire:"failing"`
	Disabled int64 `wire:"disabled"`
}

// WebhookSaved: a webhook is this now.
type WebhookSaved struct {
	Webhook Webhook `wire:"webhook"`
}

// WebhookDeleted: a webhook is gone.
type WebhookDeleted struct {
	WebhookID WebhookID `wire:"webhook_id"`
}

// WebhookDisabled: a webhook's receiver does not take what is sent. It keeps its place.
type WebhookDisabled struct {
	WebhookID WebhookID  `wire:"webhook_id"`
	Reason    StopReason `wire:"reason"`
	// FailedSeq is of the event that was not taken.
	FailedSeq Seq `wire:"failed_seq"`
}

// WebhookReplayed: a webhook goes on from another place.
type WebhookReplayed struct {
	WebhookID WebhookID `wire:"webhook_id"`
	FromSeq   Seq       `wire:"from_seq"`
}

func (WebhookSaved) eventData()    {}
func (WebhookDeleted) eventData()  {}
func (WebhookDisabled) eventData() {}
func (WebhookReplayed) eventData() {}
