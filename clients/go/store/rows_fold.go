// What events change in rows: headers, last lines, names, consent, and whose contact has the address. It never decides
// where a row stands.

package store

import "github.com/parloir/parloir/clients/go/wire"

func (r *rows) fold(event wire.Event) {
	switch data := event.Data.(type) {
	case wire.ConversationStarted:
		r.started(event.Seq, data)
	case wire.ConversationEntered:
		r.entered(event.Seq, data.Row)
	case wire.ConversationLeft:
		r.left(event.Seq, data.ConversationID)
	case wire.ConsentChanged:
		r.consentChanged(event.Seq, data)
	case wire.ContactSaved:
		r.link(event.Seq, &data.Contact, "")
	case wire.ContactMerged:
		r.link(event.Seq, &data.Survivor, data.Merged)
	case wire.ContactErased:
		r.link(event.Seq, nil, data.ContactID)
	default:
		r.happened(event)
	}
}

func (r *rows) started(seq wire.Seq, data wire.ConversationStarted) {
	id := data.Conversation.ConversationID
	if _, is := r.known[id]; is || !r.isWanted(&data.Conversation) {
		return
	}
	// Only an answer from here on knows its contact, also where somebody has asked for it before it was there.
	r.missing[id] = seq
	r.put(&wire.Row{
		Seq:          seq,
		Conversation: data.Conversation,
		ChannelID:    data.ChannelID,
		Address:      data.Address,
		ProfileName:  data.ProfileName,
	}, seq)
}

func (r *rows) entered(seq wire.Seq, row wire.Row) {
	id := row.Conversation.ConversationID
	if known := r.get(id); known != nil && known.Seq >= row.Seq {
		return
	}
	delete(r.missing, id)
	r.put(&row, seq)
}

// left: what was seen or asked for later is not gone; answers that come late replay events from before it.
func (r *rows) left(seq wire.Seq, id wire.ConversationID) {
	if r.missing[id] < seq {
		delete(r.missing, id)
	}
	if known, is := r.known[id]; is && known.asOf < seq {
		r.remove(id)
	}
}

func (r *rows) consentChanged(seq wire.Seq, data wire.ConsentChanged) {
	known, is := r.known[data.ConversationID]
	if !is || seq <= known.asOf {
		return
	}
	row := *known.row
	row.OptedOut = data.Consent == wire.OptedOut
	known.row = &row
	r.changed(data.ConversationID)
}

// link: rows whose address stands in the card are of that contact; its rows and those of `gone` that do not are of
// nobody.
func (r *rows) link(seq wire.Seq, contact *wire.Contact, gone wire.ContactID) {
	addresses := map[wire.Address]bool{}
	if contact != nil && contact.Card != nil {
		for _, address := range contact.Card.Addresses {
			addresses[address] = true
		}
	}
	for id, known := range r.known {
		if seq <= known.asOf {
			continue
		}
		owned := known.row.Address != nil && addresses[*known.row.Address]
		if !owned && !isOf(known.row.Contact, contact, gone) {
			continue
		}
		row := *known.row
		row.Contact = nil
		if owned {
			row.Contact = &wire.ContactRef{ContactID: contact.ContactID, Name: contact.Card.Name, Seq: contact.Seq}
		}
		known.row = &row
		r.changed(id)
	}
}

func isOf(held *wire.ContactRef, contact *wire.Contact, gone wire.ContactID) bool {
	return held != nil && (held.ContactID == gone || contact != nil && held.ContactID == contact.ContactID)
}

func (r *rows) happened(event wire.Event) {
	header, is := headerOf(event)
	if !is {
		return
	}
	id := header.ConversationID
	known, is := r.known[id]
	switch {
	case !is && r.isWanted(&header):
		r.miss(id, event.Seq)
	case !is:
		delete(r.missing, id)
	case event.Seq > known.row.Seq:
		row := *known.row
		row.Seq, row.Conversation = event.Seq, header
		afterwards(&row, event)
		known.row = &row
		r.changed(id)
	}
}

// afterwards is what an event changes in a row beside its header.
func afterwards(row *wire.Row, event wire.Event) {
	switch data := event.Data.(type) {
	case wire.MessageReceived:
		said(row, event, data.Message)
	case wire.MessageQueued:
		said(row, event, data.Message)
	case wire.ConversationNamed:
		row.ProfileName = data.ProfileName
	case wire.ConversationErased:
		row.Address, row.ProfileName, row.Contact = nil, nil, nil
		if row.Last != nil {
			last := *row.Last
			last.Text = nil
			row.Last = &last
		}
	}
}

// said: a sign at another message moves nothing; what it was may have been erased.
func said(row *wire.Row, event wire.Event, message wire.Message) {
	if row.Conversation.ActivitySeq == event.Seq {
		row.Last = lastLine(event, message)
	}
}
