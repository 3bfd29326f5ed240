"""A workspace as simple as possible, which the store is compared with and shares nothing with.

It does random things, remembers how it stood after each, and answers what a server would.
"""

from __future__ import annotations

import random
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from parloir import frames as f

TIME = f.Time("2026-11-03T09:15:02.123Z")
CONVERSATIONS = 9
CONTACTS = 4


def name(prefix: str, number: int) -> Any:
    return f"{prefix}_0192f0c4-0000-7000-8000-{number:012}"


def group(number: int) -> f.GroupId:
    return name("grp", number)


def agent(number: int) -> f.AgentId:
    return name("agt", number)


def channel(number: int) -> f.ChannelId:
    return name("chn", number)


def conversation(number: int) -> f.ConversationId:
    return name("cnv", number)


def address(number: int) -> f.Address:
    return f.Address(kind="e164", value=f"+336000000{number:02}")


@dataclass(frozen=True)
class Told:
    """One event, as everybody sees it and as an agent limited to group 0 does."""

    all: f.Event
    limited: f.Event | None


def place(view: f.View, row: f.Row) -> int | None:
    """A row's place in a view's order; None when it does not stand in it."""
    header = row.conversation
    return header.waiting_seq if view.order == "waiting" else -header.activity_seq


def fits(view: f.View, row: f.Row) -> bool:
    header, whose = row.conversation, view.assignee
    wanted = agent(1) if whose == "me" else whose.agent if isinstance(whose, f.OfAgent) else None
    return (
        view.status in (None, header.status)
        and view.group_id in (None, header.group_id)
        and view.unread in (None, header.unread)
        and view.channel_id in (None, row.channel_id)
        and (whose is None or header.assignee == wanted)
    )


@dataclass
class World:
    """How everything stands after `seq`."""

    seq: int = 0
    rows: dict[f.ConversationId, f.Row] = field(default_factory=dict)
    lines: dict[f.ConversationId, tuple[f.Line, ...]] = field(default_factory=dict)
    planned: dict[f.ConversationId, tuple[f.Message, ...]] = field(default_factory=dict)
    contacts: dict[f.ContactId, f.Contact] = field(default_factory=dict)

    def copy(self) -> World:
        """The same world, to go on from."""
        return World(self.seq, copy(self.rows), copy(self.lines), copy(self.planned), copy(self.contacts))

    def row(self, of: f.ConversationId) -> f.Row | None:
        row = self.rows.get(of)
        if row is None:
            return None
        owners = (one for one in self.contacts.values() if one.card and row.address in one.card.addresses)
        owner = next(owners, None)
        if owner is None or owner.card is None:
            return row
        return replace(row, contact=f.ContactRef(contact_id=owner.contact_id, name=owner.card.name, seq=owner.seq))

    def queue(self, view: f.View, *, limited: bool) -> list[f.Row]:
        """The rows of a view in its order."""
        known = [row for of in self.rows if (row := self.row(of)) is not None]
        seen = [row for row in known if not limited or row.conversation.group_id == group(0)]
        fitting = [row for row in seen if fits(view, row) and place(view, row) is not None]
        return sorted(fitting, key=lambda row: place(view, row) or 0)

    def page(self, view: f.View, after: str | None, limit: int, *, limited: bool) -> f.RowsPage:
        rows = self.queue(view, limited=limited)
        rest = [row for row in rows if after is None or (place(view, row) or 0) > int(after)]
        more = str(place(view, rest[limit - 1])) if len(rest) > limit else None
        return f.RowsPage(rows=tuple(rest[:limit]), next=more, seq=f.Seq(self.seq))

    def some_rows(self, ids: Any, *, limited: bool) -> f.RowsAnswer:
        rows = self.queue(f.View(), limited=limited)
        asked = tuple(row for row in rows if row.conversation.conversation_id in ids)
        return f.RowsAnswer(rows=asked, seq=f.Seq(self.seq))

    def timeline(self, of: f.ConversationId, before: int | None, limit: int) -> f.TimelinePage:
        found = [line for line in self.lines.get(of, ()) if before is None or line.seq < before]
        pending = self.pending(of) if before is None else None
        items = tuple(found[-limit:])
        return f.TimelinePage(items=items, earlier=len(found) > limit, pending=pending, seq=f.Seq(self.seq))

    def pending(self, of: f.ConversationId) -> tuple[f.Message, ...]:
        return tuple(sorted(self.planned.get(of, ()), key=lambda message: message.message_id))

    def sees(self, of: f.ConversationId, *, limited: bool) -> bool:
        return len(self.some_rows([of], limited=limited).rows) > 0

    def act(self, dice: random.Random) -> Told:
        """Does one random thing."""
        self.seq += 1
        of = conversation(dice.randrange(CONVERSATIONS) + 1)
        if dice.randrange(5) == 0:
            fact = self._contact_fact(dice)
            return self._told(fact, fact)
        before = self.rows.get(of)
        if before is None:
            return self._start(of, dice)
        saw = before.conversation.group_id == group(0)
        fact = self._conversation_fact(of, before, dice)
        row = self.row(of)
        assert row is not None
        sees = row.conversation.group_id == group(0)
        if saw and not sees:
            return self._told(fact, f.ConversationLeft(conversation_id=of))
        if not saw and sees:
            return self._told(fact, f.ConversationEntered(row=row))
        return self._told(fact, fact if saw else None)

    def _told(self, everybody: Any, limited: Any | None) -> Told:
        def event(fact: Any) -> f.Event:
            return f.Event(seq=f.Seq(self.seq), at=TIME, actor=f.BySystem(), name=fact.NAME, data=fact)

        return Told(event(everybody), None if limited is None else event(limited))

    def _start(self, of: f.ConversationId, dice: random.Random) -> Told:
        header = f.Header(
            conversation_id=of,
            status="open",
            unread=False,
            group_id=group(dice.randrange(2)),
            activity_seq=f.Seq(self.seq),
            activity_at=TIME,
            episode=1,
        )
        over, whose = channel(dice.randrange(2)), address(int(of[-2:]))
        self.rows[of] = f.Row(seq=f.Seq(self.seq), conversation=header, channel_id=over, address=whose, opted_out=False)
        self._line(of, f.StartedItem())
        fact = f.ConversationStarted(conversation=header, channel_id=over, address=whose)
        return self._told(fact, fact if header.group_id == group(0) else None)

    def _line(self, of: f.ConversationId, item: f.Item) -> None:
        line = f.Line(seq=f.Seq(self.seq), at=TIME, actor=f.BySystem(), item=item)
        self.lines[of] = (*self.lines.get(of, ()), line)

    def _write(self, before: f.Row, header: f.Header, **more: Any) -> None:
        row = replace(before, conversation=header, seq=f.Seq(self.seq), **more)
        self.rows[header.conversation_id] = row

    def _conversation_fact(self, of: f.ConversationId, before: f.Row, dice: random.Random) -> Any:
        header = before.conversation
        match dice.randrange(14):
            case 0 | 1 | 2:
                return self._message(before, header, "inbound", None)
            case 3:
                return self._message(before, header, "outbound", None)
            case 4:
                return self._move(before, header)
            case 5:
                header = replace(header, status="closed")
                self._write(before, header)
                self._line(of, f.ClosedItem())
                return f.ConversationClosed(conversation=header)
            case 6:
                header = replace(header, status="open")
                self._write(before, header)
                self._line(of, f.ReopenedItem(cause="agent"))
                return f.ConversationReopened(conversation=header, cause="agent")
            case 7:
                return self._assign(before, header, dice)
            case 8:
                return self._delivery(of, before, dice)
            case 9:
                return self._consent(of, before, dice)
            case 10 | 11:
                return self._plan(before, header)
            case 12:
                return self._decide(of, before, dice)
            case _:
                return self._erase_or_name(before, header, dice)

    def _move(self, before: f.Row, header: f.Header) -> Any:
        was = header.group_id
        header = replace(header, group_id=group(1) if was == group(0) else group(0))
        self._write(before, header)
        self._line(header.conversation_id, f.MovedItem(from_=was, to=header.group_id))
        return f.ConversationMoved(conversation=header, from_=was)

    def _assign(self, before: f.Row, header: f.Header, dice: random.Random) -> Any:
        was, to = header.assignee, dice.choice([None, agent(1), agent(2)])
        header = replace(header, assignee=to)
        self._write(before, header)
        self._line(header.conversation_id, f.AssignedItem(from_=was, to=to))
        return f.ConversationAssigned(conversation=header, from_=was)

    def _message(self, before: f.Row, header: f.Header, direction: Any, sent: f.Message | None) -> Any:
        inbound = direction == "inbound"
        waiting = (header.waiting_seq or f.Seq(self.seq)) if inbound else None
        header = replace(header, activity_seq=f.Seq(self.seq), unread=inbound, status="open", waiting_seq=waiting)
        fresh = f.Message(
            message_id=name("msg", self.seq),
            direction=direction,
            text=f" text  {self.seq} ",
            attempt=0 if inbound else 1,
        )
        how = None if inbound else "text"
        message = replace(sent or fresh, due_at=None, delivery=None if inbound else "queued", carriage=how)
        text = None if message.text is None else " ".join(message.text.split())
        self._write(before, header, last=f.LastLine(seq=f.Seq(self.seq), at=TIME, direction=direction, text=text))
        self._line(header.conversation_id, f.MessageItem(message=message))
        fact = f.MessageReceived if inbound else f.MessageQueued
        return fact(conversation=header, message=message)

    def _plan(self, before: f.Row, header: f.Header) -> Any:
        message = f.Message(
            message_id=name("msg", self.seq),
            direction="outbound",
            text=f"later {self.seq}",
            delivery="scheduled",
            attempt=1,
        )
        self._write(before, header)
        of = header.conversation_id
        self.planned[of] = (*self.planned.get(of, ()), message)
        return f.MessagePlanned(conversation=header, message=message)

    def _decide(self, of: f.ConversationId, before: f.Row, dice: random.Random) -> Any:
        """A planned message goes, waits for a decision, or is cancelled."""
        pending = self.planned.get(of, ())
        if not pending:
            return self._plan(before, before.conversation)
        planned = dice.choice(pending)
        others = tuple(message for message in pending if message is not planned)
        what = dice.randrange(3)
        if what == 0:
            self.planned[of] = (*others, replace(planned, delivery="held"))
            return f.MessagePlanChanged(conversation_id=of, message_id=planned.message_id, delivery="held")
        self.planned[of] = others
        if what == 1:
            return f.MessageCancelled(conversation_id=of, message_id=planned.message_id)
        return self._message(before, before.conversation, "outbound", planned)

    def _delivery(self, of: f.ConversationId, before: f.Row, dice: random.Random) -> Any:
        delivery: Any = dice.choice(["sent", "delivered", "failed"])
        lines = list(self.lines.get(of, ()))
        for at in reversed(range(len(lines))):
            item = lines[at].item
            if isinstance(item, f.MessageItem) and item.message.direction == "outbound":
                message = replace(item.message, delivery=delivery, attempt=2)
                lines[at] = replace(lines[at], item=f.MessageItem(message=message))
                self.lines[of] = tuple(lines)
                return f.MessageDeliveryChanged(
                    conversation_id=of, message_id=message.message_id, attempt=2, delivery=delivery
                )
        return self._consent(of, before, dice)

    def _consent(self, of: f.ConversationId, before: f.Row, dice: random.Random) -> Any:
        consent: Any = dice.choice(["opted_out", "opted_in"])
        self.rows[of] = replace(before, opted_out=consent == "opted_out")
        self._line(of, f.ConsentItem(consent=consent))
        return f.ConsentChanged(conversation_id=of, channel_id=before.channel_id, consent=consent)

    def _erase_or_name(self, before: f.Row, header: f.Header, dice: random.Random) -> Any:
        if dice.randrange(3) > 0:
            self._write(before, header, profile_name=f"~{self.seq}")
            return f.ConversationNamed(conversation=header, profile_name=f"~{self.seq}")
        last = None if before.last is None else replace(before.last, text=None)
        self._write(before, header, address=None, profile_name=None, last=last)
        of = header.conversation_id
        self.lines[of] = tuple(_blank(line) for line in self.lines.get(of, ()))
        self.planned.pop(of, None)
        self._line(of, f.ErasedItem())
        return f.ConversationErased(conversation=header)

    def _contact_fact(self, dice: random.Random) -> Any:
        one, other = name("con", dice.randrange(CONTACTS)), name("con", dice.randrange(CONTACTS))
        survivor, merged = self.contacts.get(one), self.contacts.get(other)
        what = dice.randrange(4)
        if what == 0 and survivor is not None:
            del self.contacts[one]
            return f.ContactErased(contact_id=one)
        if what == 1 and one != other and survivor and survivor.card and merged and merged.card:
            addresses = (*survivor.card.addresses, *merged.card.addresses)
            after = replace(survivor, card=replace(survivor.card, addresses=addresses), seq=f.Seq(self.seq))
            del self.contacts[other]
            self.contacts[one] = after
            return f.ContactMerged(survivor=after, merged=other)
        return self._save(one, dice)

    def _save(self, contact_id: f.ContactId, dice: random.Random) -> Any:
        numbers = {dice.randrange(CONVERSATIONS) + 1 for _ in range(3)}
        addresses = tuple(address(number) for number in sorted(numbers))
        for key, contact in self.contacts.items():
            if contact.card is not None:
                left = tuple(one for one in contact.card.addresses if one not in addresses)
                self.contacts[key] = replace(contact, card=replace(contact.card, addresses=left))
        card = f.ContactCard(name=f"name {self.seq}", tags=(), properties={}, addresses=addresses)
        saved = f.Contact(contact_id=contact_id, card=card, seq=f.Seq(self.seq))
        self.contacts[contact_id] = saved
        return f.ContactSaved(contact=saved)


def _blank(line: f.Line) -> f.Line:
    if not isinstance(line.item, f.MessageItem):
        return line
    return replace(line, item=f.MessageItem(message=replace(line.item.message, text=None, carriage=None)))
