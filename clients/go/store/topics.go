// What may change, by name, so that a screen hears only of what it shows. It holds no value.

package store

import "github.com/parloir/parloir/clients/go/wire"

// Topic is the name of something that may change.
type Topic string

// What there is once.
const (
	TopicDirectory Topic = "directory"
	TopicCounters  Topic = "counters"
	TopicOnline    Topic = "online"
	TopicJobs      Topic = "jobs"
)

// TopicQueue is a queue, by the key of its view.
func TopicQueue(key string) Topic { return Topic("queue " + key) }

// TopicRow is a conversation's row.
func TopicRow(id wire.ConversationID) Topic { return Topic("row " + id) }

// TopicThread is a conversation's timeline.
func TopicThread(id wire.ConversationID) Topic { return Topic("thread " + id) }

// TopicPresent is who is in a conversation.
func TopicPresent(id wire.ConversationID) Topic { return Topic("present " + id) }

// TopicContact is a contact's card.
func TopicContact(id wire.ContactID) Topic { return Topic("contact " + id) }

// touch takes note of a change.
type touch func(Topic)
