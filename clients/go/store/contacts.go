// The cards that are on screen, and large work. A card's seq is its version: an older one never replaces it.

package store

import (
	"maps"

	"github.com/parloir/parloir/clients/go/wire"
)

// jobsMax is jobs that are remembered; the oldest go.
const jobsMax = 100

type contacts struct {
	values map[wire.ContactID]Contact
	touch  touch
}

func (c *contacts) value(id wire.ContactID) Contact {
	if value, is := c.values[id]; is {
		return value
	}
	return Contact{ContactID: id}
}

func (c *contacts) open(id wire.ContactID) {
	c.values[id] = c.value(id)
}

// wanted is those that are to be asked for.
func (c *contacts) wanted() (ids []wire.ContactID) {
	for id, value := range c.values {
		if value.Load.Loading == Awaited {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *contacts) clear() {
	for id := range c.values {
		c.set(Contact{ContactID: id})
	}
}

func (c *contacts) put(contact wire.Contact) {
	known, is := c.values[contact.ContactID]
	if !is || known.Contact != nil && known.Contact.Seq > contact.Seq {
		return
	}
	c.set(Contact{contact.ContactID, Load{Loading: Ready}, &contact})
}

func (c *contacts) refused(id wire.ContactID, load Load) {
	if _, is := c.values[id]; is {
		c.set(Contact{ContactID: id, Load: load})
	}
}

func (c *contacts) fold(event wire.Event) {
	switch data := event.Data.(type) {
	case wire.ContactSaved:
		c.put(data.Contact)
	case wire.ContactMerged:
		c.put(data.Survivor)
		c.again(data.Merged)
	case wire.ContactUnmerged:
		c.again(data.Restored)
	case wire.ContactErased:
		c.put(wire.Contact{ContactID: data.ContactID, Seq: event.Seq})
	}
}

// again: what became of it only the server can say.
func (c *contacts) again(id wire.ContactID) {
	if known, is := c.values[id]; is {
		known.Load = Load{}
		c.set(known)
	}
}

func (c *contacts) set(value Contact) {
	c.values[value.ContactID] = value
	c.touch(TopicContact(value.ContactID))
}

type jobs struct {
	value map[wire.JobID]wire.Job
	touch touch
}

func (j *jobs) clear() {
	j.value = map[wire.JobID]wire.Job{}
	j.touch(TopicJobs)
}

func (j *jobs) put(job wire.Job) {
	if known, is := j.value[job.JobID]; is && known.Seq >= job.Seq {
		return
	}
	j.value = maps.Clone(j.value)
	j.value[job.JobID] = job
	if len(j.value) > jobsMax {
		oldest := job
		for _, other := range j.value {
			if other.Seq < oldest.Seq {
				oldest = other
			}
		}
		delete(j.value, oldest.JobID)
	}
	j.touch(TopicJobs)
}

func (j *jobs) fold(event wire.Event) {
	switch data := event.Data.(type) {
	case wire.JobStarted:
		j.put(data.Job)
	case wire.JobAdvanced:
		j.change(data.JobID, event.Seq, func(job *wire.Job) { job.Done = data.Done })
	case wire.JobRewriting:
		j.change(data.JobID, event.Seq, func(job *wire.Job) { job.Status = wire.JobStatusRewriting })
	case wire.JobDone:
		j.change(data.JobID, event.Seq, func(job *wire.Job) { job.Status = wire.JobStatusDone })
	}
}

func (j *jobs) change(id wire.JobID, seq wire.Seq, change func(*wire.Job)) {
	if known, is := j.value[id]; is {
		change(&known)
		known.Seq = seq
		j.put(known)
	}
}
