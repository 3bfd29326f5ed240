// What an event says about a conversation, for the parts that fold it. It reads events and keeps nothing.

package store

import (
	"strings"
	"unicode"

	"github.com/parloir/parloir/clients/go/wire"
)

// lastLineChars is characters of a row's last line.
const lastLineChars = 160

// headerOf is the conversation's header after the event.
func headerOf(event wire.Event) (header wire.Header, is bool) {
	switch data := event.Data.(type) {
	case wire.ConversationStarted:
		return data.Conversation, true
	case wire.ConversationNamed:
		return data.Conversation, true
	case wire.ConversationMoved:
		return data.Conversation, true
	case wire.ConversationEntered:
		return data.Row.Conversation, true
	case wire.ConversationClosed:
		return data.Conversation, true
	case wire.ConversationReopened:
		return data.Conversation, true
	case wire.ConversationAssigned:
		return data.Conversation, true
	case wire.ConversationRead:
		return data.Conversation, true
	case wire.ConversationMarkedUnread:
		return data.Conversation, true
	case wire.ConversationErased:
		return data.Conversation, true
	case wire.MessageReceived:
		return data.Conversation, true
	case wire.MessageQueued:
		return data.Conversation, true
	case wire.MessagePlanned:
		return data.Conversation, true
	case wire.NoteAdded:
		return data.Conversation, true
	default:
		return header, false
	}
}

// conversationOf is the conversation that the event is about; empty when it is about none.
func conversationOf(event wire.Event) wire.ConversationID {
	switch data := event.Data.(type) {
	case wire.ConversationLeft:
		return data.ConversationID
	case wire.ConsentChanged:
		return data.ConversationID
	case wire.MessageDeliveryChanged:
		return data.ConversationID
	case wire.MessagePlanChanged:
		return data.ConversationID
	case wire.MessageCancelled:
		return data.ConversationID
	case wire.AttachmentStored:
		return data.ConversationID
	case wire.AttachmentMissing:
		return data.ConversationID
	case wire.LinkOpened:
		return data.ConversationID
	case wire.LinkRevoked:
		return data.ConversationID
	default:
		header, _ := headerOf(event)
		return header.ConversationID
	}
}

// itemOf is the line that the event adds to its conversation's timeline; nil when it adds none.
func itemOf(event wire.Event) wire.Item {
	switch data := event.Data.(type) {
	case wire.ConversationStarted:
		return wire.ItemStarted{}
	case wire.ConversationMoved:
		return wire.ItemMoved{From: data.From, To: data.Conversation.GroupID}
	case wire.ConversationClosed:
		return wire.ItemClosed{}
	case wire.ConversationReopened:
		return wire.ItemReopened{Cause: data.Cause}
	case wire.ConversationAssigned:
		return wire.ItemAssigned{From: data.From, To: data.Conversation.Assignee}
	case wire.ConversationMarkedUnread:
		return wire.ItemMarkedUnread{}
	case wire.ConversationErased:
		return wire.ItemErased{}
	case wire.MessageReceived:
		return wire.ItemMessage{Message: data.Message}
	case wire.MessageQueued:
		return wire.ItemMessage{Message: data.Message}
	case wire.NoteAdded:
		return wire.ItemNote{Note: data.Note}
	case wire.ConsentChanged:
		return wire.ItemConsentChanged{Consent: data.Consent}
	case wire.LinkOpened:
		return wire.ItemLinkOpened{MessageID: data.MessageID}
	case wire.LinkRevoked:
		return wire.ItemLinkRevoked{MessageID: data.MessageID}
	default:
		return nil
	}
}

// lastLine is what a queue shows of a message: one line, cut.
func lastLine(event wire.Event, message wire.Message) *wire.LastLine {
	line := &wire.LastLine{Seq: event.Seq, At: event.At, Direction: message.Direction}
	if message.Text != nil {
		text := oneLine(shown(message))
		line.Text = &text
	}
	return line
}

// shown is what a message is known by in one line: its text, or what it holds instead.
func shown(message wire.Message) string {
	parts := []*string{message.Text}
	if card := message.Card; card != nil {
		parts = append(parts, card.Title, card.Text)
	}
	if len(message.Attachments) > 0 {
		parts = append(parts, message.Attachments[0].Name)
	}
	if place := message.Location; place != nil {
		parts = append(parts, place.Name, place.Address)
	}
	for _, part := range parts {
		if part != nil && strings.TrimFunc(*part, unicode.IsSpace) != "" {
			return *part
		}
	}
	return ""
}

func oneLine(text string) string {
	line := []rune(strings.Join(strings.FieldsFunc(text, unicode.IsSpace), " "))
	return string(line[:min(len(line), lastLineChars)])
}
