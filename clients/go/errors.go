// The errors of a client: refusals with their code, the end of a connection, and gaps that an application must hear of.
// It makes none of them up but those that a client refuses itself.

package parloir

import (
	"errors"
	"fmt"

	"github.com/parloir/parloir/clients/go/wire"
)

// Refusal is the server, or the client before it, saying no. Nothing was changed.
type Refusal struct {
	// Body is the facts: code, sentence, details.
	Body wire.ErrorBody
}

// Error is the code and the sentence.
func (r *Refusal) Error() string { return r.Body.Code + ": " + r.Body.Message }

// Code is why.
func (r *Refusal) Code() Code { return Code(r.Body.Code) }

// Is tells whether the refusal has a [Code].
func (r *Refusal) Is(target error) bool {
	code, is := target.(Code)
	return is && r.Code() == code
}

// CommandError is a command that was refused.
type CommandError struct {
	Refusal
	CommandID wire.CommandID
}

// QueryError is a question that was refused.
type QueryError struct{ Refusal }

// Ended says that the connection is over, so no answer comes. A command without an answer stays in the outbox store.
type Ended struct {
	// Code is the close code; 1000 when the client left.
	Code int
	// Reason is a sentence.
	Reason string
}

// Error says with what the connection ended.
func (e *Ended) Error() string {
	return fmt.Sprintf("the connection is over (%d): %s", e.Code, e.Reason)
}

// ErrDropped says that a command was dropped by this program before its answer: whether it happened is not known.
var ErrDropped = errors.New("the command was dropped before its answer")

// UnknownCount is the count of a [GapError] that only the server could tell.
const UnknownCount = -1

// GapError says that events are missing here: the application was slower than its buffer, or the server had to begin
// anew. The stream goes on after it, and the picture of the client is whole.
type GapError struct {
	// Dropped is how many are missing; [UnknownCount] after a reset.
	Dropped int
}

// Error says how many are missing.
func (e *GapError) Error() string {
	if e.Dropped == UnknownCount {
		return "events are missing here: the server began anew"
	}
	return fmt.Sprintf("%d events are missing here: they came faster than they were read", e.Dropped)
}

// CodeOf is why something was refused; empty when the error is no refusal.
func CodeOf(err error) Code {
	var (
		command *CommandError
		query   *QueryError
		refusal *Refusal
	)
	switch {
	case errors.As(err, &command):
		return command.Code()
	case errors.As(err, &query):
		return query.Code()
	case errors.As(err, &refusal):
		return refusal.Code()
	default:
		return ""
	}
}

// ownRefusal is one that this client makes itself.
func ownRefusal(code Code, message string) Refusal {
	return Refusal{wire.ErrorBody{Code: string(code), Message: message, Temporary: temporary[code]}}
}
