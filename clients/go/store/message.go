// What events change in a message after it was said. It keeps nothing.

package store

import (
	"slices"

	"github.com/parloir/parloir/clients/go/wire"
)

// changedMessage is the message that an event changes; empty when it changes none.
func changedMessage(event wire.Event) wire.MessageID {
	switch data := event.Data.(type) {
	case wire.MessageDeliveryChanged:
		return data.MessageID
	case wire.MessagePlanChanged:
		return data.MessageID
	case wire.MessageCancelled:
		return data.MessageID
	case wire.AttachmentStored:
		return data.MessageID
	case wire.AttachmentMissing:
		return data.MessageID
	case wire.LinkOpened:
		return data.MessageID
	case wire.LinkRevoked:
		return data.MessageID
	default:
		return ""
	}
}

// messageAfter is the message after the event. What it shares with the one before is not written to.
func messageAfter(message wire.Message, event wire.Event) wire.Message {
	switch data := event.Data.(type) {
	case wire.MessageDeliveryChanged:
		message.Delivery, message.Failure, message.Attempt = data.Delivery, data.Failure, data.Attempt
		if message.Link != nil && data.LinkExpiresAt != "" {
			// A new attempt begins its link anew.
			link := *message.Link
			link.ExpiresAt, link.Revoked = data.LinkExpiresAt, false
			message.Link = &link
		}
	case wire.MessagePlanChanged:
		message.Delivery, message.DueAt = data.Delivery, data.DueAt
	case wire.MessageCancelled:
		message.Delivery, message.Failure = wire.DeliveryCancelled, ""
	case wire.AttachmentStored:
		return withAttachment(message, data.Attachment)
	case wire.AttachmentMissing:
		for _, known := range message.Attachments {
			if known.AttachmentID == data.AttachmentID {
				known.State = wire.FileMissing
				return withAttachment(message, known)
			}
		}
	case wire.LinkOpened:
		if message.Link != nil {
			link := *message.Link
			link.Opened++
			link.OpenedAt = event.At
			message.Link = &link
		}
	case wire.LinkRevoked:
		if message.Link != nil {
			link := *message.Link
			link.Revoked = true
			message.Link = &link
		}
	}
	return message
}

// erasedItem is what is left of a line when the person behind it was erased.
func erasedItem(item wire.Item) wire.Item {
	switch item := item.(type) {
	case wire.ItemNote:
		item.Note.Text = nil
		return item
	case wire.ItemMessage:
		item.Message = erasedMessage(item.Message)
		return item
	default:
		return item
	}
}

// erasedMessage is that there was one, and what became of it.
func erasedMessage(message wire.Message) wire.Message {
	message.Text, message.Card, message.Template, message.Attachments = nil, nil, nil, nil
	message.Location, message.Reaction, message.Link, message.Carriage = nil, nil, nil, ""
	return message
}

func withAttachment(message wire.Message, attachment wire.Attachment) wire.Message {
	at := slices.IndexFunc(message.Attachments, func(known wire.Attachment) bool {
		return known.AttachmentID == attachment.AttachmentID
	})
	if at < 0 {
		return message
	}
	if attachment.Name == nil {
		attachment.Name = message.Attachments[at].Name
	}
	message.Attachments = slices.Clone(message.Attachments)
	message.Attachments[at] = attachment
	return message
}
