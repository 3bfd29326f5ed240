// A workspace as simple as possible: it does random things, remembers how it stood after each, and answers what a server
// would. It shares nothing with the store that it is compared with.

package store_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/parloir/parloir/clients/go/wire"
)

const (
	at            = wire.Time("2026-11-03T09:15:02.123Z")
	conversations = 9
	contactCount  = 4
)

func id(prefix string, n int) string {
	return fmt.Sprintf("%s_0192f0c4-0000-7000-8000-%012d", prefix, n)
}

func group(n int) wire.GroupID               { return wire.GroupID(id("grp", n)) }
func agent(n int) wire.AgentID               { return wire.AgentID(id("agt", n)) }
func channel(n int) wire.ChannelID           { return wire.ChannelID(id("chn", n)) }
func conversation(n int) wire.ConversationID { return wire.ConversationID(id("cnv", n)) }
func address(n int) wire.Address {
	return wire.Address{Kind: wire.AddressE164, Value: fmt.Sprintf("+336000000%02d", n)}
}

// told is one event, as everybody sees it and as an agent limited to group 0 does.
type told struct {
	all     wire.Event
	limited *wire.Event
}

// world is how everything stands after seq. Its values are replaced and never written to.
type world struct {
	seq      wire.Seq
	rows     map[wire.ConversationID]wire.Row
	lines    map[wire.ConversationID][]wire.Line
	pending  map[wire.ConversationID][]wire.Message
	contacts map[wire.ContactID]wire.Contact
}

func newWorld() *world {
	return &world{
		rows:     map[wire.ConversationID]wire.Row{},
		lines:    map[wire.ConversationID][]wire.Line{},
		pending:  map[wire.ConversationID][]wire.Message{},
		contacts: map[wire.ContactID]wire.Contact{},
	}
}

// copy is the same world, to go on from.
func (w *world) copy() *world {
	return &world{w.seq, maps.Clone(w.rows), maps.Clone(w.lines), maps.Clone(w.pending), maps.Clone(w.contacts)}
}

func (w *world) row(of wire.ConversationID) (wire.Row, bool) {
	row, is := w.rows[of]
	if !is || row.Address == nil {
		return row, is
	}
	for _, contact := range w.contacts {
		if contact.Card != nil && slices.Contains(contact.Card.Addresses, *row.Address) {
			row.Contact = &wire.ContactRef{ContactID: contact.ContactID, Name: contact.Card.Name, Seq: contact.Seq}
		}
	}
	return row, is
}

// queue is the rows of a view in its order.
func (w *world) queue(view wire.View, limited bool) (rows []wire.Row) {
	for of := range w.rows {
		row, _ := w.row(of)
		_, stands := placeOf(view, row)
		if (!limited || row.Conversation.GroupID == group(0)) && fits(view, row) && stands {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b wire.Row) int {
		first, _ := placeOf(view, a)
		second, _ := placeOf(view, b)
		return cmp.Compare(first, second)
	})
	return rows
}

func (w *world) page(view wire.View, limited bool, after *string, limit int) wire.Page {
	rest := w.queue(view, limited)
	if after != nil {
		bound, _ := strconv.ParseInt(*after, 10, 64)
		rest = slices.DeleteFunc(rest, func(row wire.Row) bool {
			place, _ := placeOf(view, row)
			return place <= bound
		})
	}
	page := wire.Page{Rows: rest, Seq: w.seq}
	if len(rest) > limit {
		page.Rows = rest[:limit]
		place, _ := placeOf(view, rest[limit-1])
		page.Next = wire.Some(strconv.FormatInt(place, 10))
	}
	return page
}

func (w *world) someRows(ids []wire.ConversationID, limited bool) wire.RowsAnswer {
	rows := slices.DeleteFunc(w.queue(wire.View{}, limited), func(row wire.Row) bool {
		return !slices.Contains(ids, row.Conversation.ConversationID)
	})
	return wire.RowsAnswer{Rows: rows, Seq: w.seq}
}

func (w *world) timeline(of wire.ConversationID, before wire.Seq, limit int) wire.TimelinePage {
	var all []wire.Line
	for _, line := range w.lines[of] {
		if before == 0 || line.Seq < before {
			all = append(all, line)
		}
	}
	page := wire.TimelinePage{Items: all[max(0, len(all)-limit):], Earlier: len(all) > limit, Seq: w.seq}
	if before == 0 {
		page.Pending = w.planned(of)
	}
	return page
}

func (w *world) planned(of wire.ConversationID) []wire.Message {
	messages := append([]wire.Message{}, w.pending[of]...)
	slices.SortFunc(messages, func(a, b wire.Message) int { return cmp.Compare(a.MessageID, b.MessageID) })
	return messages
}

func (w *world) sees(of wire.ConversationID, limited bool) bool {
	return len(w.someRows([]wire.ConversationID{of}, limited).Rows) > 0
}

// act does one random thing.
func (w *world) act(dice *rand.Rand) told {
	w.seq++
	of := conversation(dice.Intn(conversations) + 1)
	if dice.Intn(5) == 0 {
		data := w.contactFact(dice)
		return w.tell(data, data)
	}
	before, is := w.rows[of]
	if !is {
		return w.start(of, dice)
	}
	saw := before.Conversation.GroupID == group(0)
	data := w.conversationFact(of, before, dice)
	row, _ := w.row(of)
	sees := row.Conversation.GroupID == group(0)
	switch {
	case saw && !sees:
		return w.tell(data, wire.ConversationLeft{ConversationID: of})
	case !saw && sees:
		return w.tell(data, wire.ConversationEntered{Row: row})
	case saw:
		return w.tell(data, data)
	default:
		return w.tell(data, nil)
	}
}

func (w *world) tell(all, limited wire.EventData) told {
	event := func(data wire.EventData) wire.Event {
		return wire.Event{Seq: w.seq, At: at, Actor: wire.SystemActor{}, Data: data}
	}
	made := told{all: event(all)}
	if limited != nil {
		made.limited = wire.Some(event(limited))
	}
	return made
}

func (w *world) start(of wire.ConversationID, dice *rand.Rand) told {
	header := wire.Header{ConversationID: of, Status: wire.StatusOpen, GroupID: group(dice.Intn(2)),
		ActivitySeq: w.seq, ActivityAt: at, Episode: 1}
	number, _ := strconv.Atoi(string(of[len(of)-2:]))
	whose := address(number)
	row := wire.Row{Seq: w.seq, Conversation: header, ChannelID: channel(dice.Intn(2)), Address: &whose}
	w.rows[of] = row
	w.line(of, wire.ItemStarted{})
	data := wire.ConversationStarted{Conversation: header, ChannelID: row.ChannelID, Address: &whose}
	if header.GroupID == group(0) {
		return w.tell(data, data)
	}
	return w.tell(data, nil)
}

func (w *world) line(of wire.ConversationID, item wire.Item) {
	line := wire.Line{Seq: w.seq, At: at, Actor: wire.SystemActor{}, Item: item}
	w.lines[of] = append(slices.Clone(w.lines[of]), line)
}

func (w *world) write(row wire.Row, header wire.Header) {
	row.Seq, row.Conversation = w.seq, header
	w.rows[header.ConversationID] = row
}

func (w *world) conversationFact(of wire.ConversationID, before wire.Row, dice *rand.Rand) wire.EventData {
	header := before.Conversation
	switch dice.Intn(14) {
	case 0, 1, 2:
		return w.message(before, header, wire.Inbound, nil)
	case 3:
		return w.message(before, header, wire.Outbound, nil)
	case 4:
		from := header.GroupID
		header.GroupID = map[wire.GroupID]wire.GroupID{group(0): group(1), group(1): group(0)}[from]
		w.write(before, header)
		w.line(of, wire.ItemMoved{From: from, To: header.GroupID})
		return wire.ConversationMoved{Conversation: header, From: from}
	case 5:
		header.Status = wire.StatusClosed
		w.write(before, header)
		w.line(of, wire.ItemClosed{})
		return wire.ConversationClosed{Conversation: header}
	case 6:
		header.Status = wire.StatusOpen
		w.write(before, header)
		w.line(of, wire.ItemReopened{Cause: wire.ReopenedByAgent})
		return wire.ConversationReopened{Conversation: header, Cause: wire.ReopenedByAgent}
	case 7:
		from := header.Assignee
		header.Assignee = []wire.AgentID{"", agent(1), agent(2)}[dice.Intn(3)]
		w.write(before, header)
		w.line(of, wire.ItemAssigned{From: from, To: header.Assignee})
		return wire.ConversationAssigned{Conversation: header, From: from}
	case 8:
		return w.delivery(of, before, dice)
	case 9:
		return w.consent(of, before, dice)
	case 10, 11:
		return w.plan(before, header)
	case 12:
		return w.decide(of, before, dice)
	default:
		return w.eraseOrName(before, header, dice)
	}
}

func (w *world) message(before wire.Row, header wire.Header, direction wire.Direction, sent *wire.Message) wire.EventData {
	inbound := direction == wire.Inbound
	header.ActivitySeq, header.Unread, header.Status = w.seq, inbound, wire.StatusOpen
	if !inbound {
		header.WaitingSeq = 0
	} else if header.WaitingSeq == 0 {
		header.WaitingSeq = w.seq
	}
	message := wire.Message{MessageID: wire.MessageID(id("msg", int(w.seq))), Direction: direction,
		Text: wire.Some(fmt.Sprintf(" text  %d ", w.seq))}
	if sent != nil {
		message = *sent
	}
	message.DueAt = ""
	if !inbound {
		message.Delivery, message.Attempt = wire.DeliveryQueued, 1
	}
	before.Last = &wire.LastLine{Seq: w.seq, At: at, Direction: direction}
	if message.Text != nil {
		before.Last.Text = wire.Some(strings.Join(strings.Fields(*message.Text), " "))
	}
	w.write(before, header)
	w.line(header.ConversationID, wire.ItemMessage{Message: message})
	if inbound {
		return wire.MessageReceived{Conversation: header, Message: message}
	}
	return wire.MessageQueued{Conversation: header, Message: message}
}

func (w *world) plan(before wire.Row, header wire.Header) wire.EventData {
	message := wire.Message{MessageID: wire.MessageID(id("msg", int(w.seq))), Direction: wire.Outbound,
		Text: wire.Some(fmt.Sprintf("later %d", w.seq)), Delivery: wire.DeliveryScheduled, Attempt: 1}
	w.write(before, header)
	of := header.ConversationID
	w.pending[of] = append(slices.Clone(w.pending[of]), message)
	return wire.MessagePlanned{Conversation: header, Message: message}
}

// decide: a planned message goes, waits for a decision, or is cancelled.
func (w *world) decide(of wire.ConversationID, before wire.Row, dice *rand.Rand) wire.EventData {
	pending := w.pending[of]
	if len(pending) == 0 {
		return w.plan(before, before.Conversation)
	}
	index := dice.Intn(len(pending))
	planned := pending[index]
	others := slices.Delete(slices.Clone(pending), index, index+1)
	w.pending[of] = others
	switch dice.Intn(3) {
	case 0:
		planned.Delivery = wire.DeliveryHeld
		w.pending[of] = append(others, planned)
		return wire.MessagePlanChanged{ConversationID: of, MessageID: planned.MessageID, Delivery: wire.DeliveryHeld}
	case 1:
		return wire.MessageCancelled{ConversationID: of, MessageID: planned.MessageID}
	default:
		return w.message(before, before.Conversation, wire.Outbound, &planned)
	}
}

func (w *world) delivery(of wire.ConversationID, before wire.Row, dice *rand.Rand) wire.EventData {
	deliveries := []wire.Delivery{wire.DeliverySent, wire.DeliveryDelivered, wire.DeliveryFailed}
	delivery := deliveries[dice.Intn(len(deliveries))]
	lines := slices.Clone(w.lines[of])
	for index := len(lines) - 1; index >= 0; index-- {
		item, is := lines[index].Item.(wire.ItemMessage)
		if !is || item.Message.Direction != wire.Outbound {
			continue
		}
		item.Message.Delivery, item.Message.Attempt = delivery, 2
		lines[index].Item = item
		w.lines[of] = lines
		return wire.MessageDeliveryChanged{ConversationID: of, MessageID: item.Message.MessageID, Attempt: 2,
			Delivery: delivery}
	}
	return w.consent(of, before, dice)
}

func (w *world) consent(of wire.ConversationID, before wire.Row, dice *rand.Rand) wire.EventData {
	consent := []wire.Consent{wire.OptedOut, wire.OptedIn}[dice.Intn(2)]
	before.OptedOut = consent == wire.OptedOut
	w.rows[of] = before
	w.line(of, wire.ItemConsentChanged{Consent: consent})
	return wire.ConsentChanged{ConversationID: of, ChannelID: before.ChannelID, Consent: consent}
}

func (w *world) eraseOrName(before wire.Row, header wire.Header, dice *rand.Rand) wire.EventData {
	if dice.Intn(3) > 0 {
		before.ProfileName = wire.Some(fmt.Sprintf("~%d", w.seq))
		w.write(before, header)
		return wire.ConversationNamed{Conversation: header, ProfileName: before.ProfileName}
	}
	of := header.ConversationID
	before.ProfileName, before.Address = nil, nil
	if before.Last != nil {
		last := *before.Last
		last.Text = nil
		before.Last = &last
	}
	w.write(before, header)
	lines := slices.Clone(w.lines[of])
	for index := range lines {
		if item, is := lines[index].Item.(wire.ItemMessage); is {
			item.Message.Text = nil
			lines[index].Item = item
		}
	}
	w.lines[of] = lines
	delete(w.pending, of)
	w.line(of, wire.ItemErased{})
	return wire.ConversationErased{Conversation: header}
}

func (w *world) contactFact(dice *rand.Rand) wire.EventData {
	one := wire.ContactID(id("con", dice.Intn(contactCount)))
	other := wire.ContactID(id("con", dice.Intn(contactCount)))
	survivor, hasOne := w.contacts[one]
	merged, hasOther := w.contacts[other]
	switch what := dice.Intn(4); {
	case what == 0 && hasOne:
		delete(w.contacts, one)
		return wire.ContactErased{ContactID: one}
	case what == 1 && one != other && hasOne && hasOther:
		card := *survivor.Card
		card.Addresses = append(slices.Clone(card.Addresses), merged.Card.Addresses...)
		survivor.Card, survivor.Seq = &card, w.seq
		delete(w.contacts, other)
		w.contacts[one] = survivor
		return wire.ContactMerged{Survivor: survivor, Merged: other}
	default:
		return w.save(one, dice)
	}
}

func (w *world) save(of wire.ContactID, dice *rand.Rand) wire.EventData {
	var addresses []wire.Address
	for range 3 {
		if next := address(dice.Intn(conversations) + 1); !slices.Contains(addresses, next) {
			addresses = append(addresses, next)
		}
	}
	for key, contact := range w.contacts {
		card := *contact.Card
		card.Addresses = slices.DeleteFunc(slices.Clone(card.Addresses), func(one wire.Address) bool {
			return slices.Contains(addresses, one)
		})
		contact.Card = &card
		w.contacts[key] = contact
	}
	contact := wire.Contact{ContactID: of, Seq: w.seq, Card: &wire.ContactCard{
		Name: fmt.Sprintf("name %d", w.seq), Tags: []string{}, Properties: map[string]string{}, Addresses: addresses}}
	w.contacts[of] = contact
	return wire.ContactSaved{Contact: contact}
}

// placeOf is a row's place in a view's order; false when it does not stand in it.
func placeOf(view wire.View, row wire.Row) (int64, bool) {
	if view.Order == wire.OrderWaiting {
		return int64(row.Conversation.WaitingSeq), row.Conversation.WaitingSeq > 0
	}
	return -int64(row.Conversation.ActivitySeq), true
}

func fits(view wire.View, row wire.Row) bool {
	header := row.Conversation
	if view.Unread != nil && *view.Unread != header.Unread {
		return false
	}
	if _, mine := view.Assignee.(wire.Mine); mine && header.Assignee != agent(1) {
		return false
	}
	if _, nobodys := view.Assignee.(wire.Nobodys); nobodys && header.Assignee != "" {
		return false
	}
	return cmp.Or(view.Status, header.Status) == header.Status &&
		cmp.Or(view.GroupID, header.GroupID) == header.GroupID &&
		cmp.Or(view.ChannelID, row.ChannelID) == row.ChannelID
}
