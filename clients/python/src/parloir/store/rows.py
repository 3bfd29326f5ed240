"""The rows that are known, in the order of every window, and those that are missing.

It folds what events say of conversations and contacts; it never asks for anything itself.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from msgspec.structs import replace

from parloir.frames import (
    Address,
    AgentId,
    ConsentChanged,
    Contact,
    ContactErased,
    ContactId,
    ContactMerged,
    ContactRef,
    ContactSaved,
    ConversationEntered,
    ConversationErased,
    ConversationId,
    ConversationLeft,
    ConversationNamed,
    ConversationStarted,
    Event,
    Header,
    MessageQueued,
    MessageReceived,
    Row,
    Seq,
    View,
)

from .facts import last_line
from .topics import Touch
from .window import WHOLE, Window, plain_view


class _Known:
    """A row, and up to where its contact and its consent hold everything."""

    __slots__ = ("as_of", "row")

    def __init__(self, row: Row, as_of: Seq) -> None:
        self.row = row
        self.as_of = as_of


class Rows:
    """Rows by id, and the windows that they stand in."""

    def __init__(self, rows_max: int, touch: Touch) -> None:
        self.me: AgentId | None = None
        self.windows: dict[View, Window] = {}
        self._known: dict[ConversationId, _Known] = {}
        self._pinned: set[ConversationId] = set()
        self._missing: dict[ConversationId, Seq] = {}
        """What to ask for, and since when: an answer from before then says nothing of it."""
        self._rows_max = rows_max
        self._touch = touch

    def __len__(self) -> int:
        return len(self._known)

    def get(self, conversation_id: ConversationId) -> Row | None:
        """A row that is known."""
        known = self._known.get(conversation_id)
        return None if known is None else known.row

    def missing(self, ids_max: int) -> tuple[ConversationId, ...]:
        """The first of those that are to be asked for."""
        return tuple(islice(self._missing, ids_max))

    def clear(self) -> None:
        """Everything is unknown; windows and pins stay, to be filled again."""
        for conversation_id in self._known:
            self._touch(("row", conversation_id))
        self._known.clear()
        self._missing = dict.fromkeys(self._pinned, Seq(0))
        for window in self.windows.values():
            window.clear()
            self._touch(window.topic)

    def open(self, view: View) -> Window:
        """The window of a view, a new one where there is none."""
        return self.windows.setdefault(plain_view(view), Window(view))

    def close(self, window: Window) -> None:
        """A window that nobody looks through any more."""
        self.windows.pop(window.view, None)
        for conversation_id in window.ids():
            self._settle(conversation_id)

    def pin(self, conversation_id: ConversationId, seq: Seq) -> None:
        """Keeps a row though it is in no window."""
        self._pinned.add(conversation_id)
        if conversation_id not in self._known:
            self._missing.setdefault(conversation_id, seq)

    def unpin(self, conversation_id: ConversationId) -> None:
        """What is missing stays so: a queue may want it as well."""
        self._pinned.discard(conversation_id)
        self._settle(conversation_id)

    def put(self, row: Row, as_of: Seq) -> None:
        """Puts a row as it stood at `as_of`, unless it is known as of later."""
        conversation_id = row.conversation.conversation_id
        known = self._known.get(conversation_id)
        if known is not None and known.as_of > as_of:
            return
        self._known[conversation_id] = _Known(row, as_of)
        self._changed(conversation_id)

    def page(self, window: Window, rows: Sequence[Row], following: str | None, as_of: Seq) -> None:
        """A page of a window: the window then ends where `rows` end."""
        window.bound = WHOLE
        for row in rows:
            self.put(row, as_of)
        window.reach(rows, following)
        held = ((window.holds(known.row, self.me), key, known.row) for key, known in self._known.items())
        before = window.ids()
        window.stand_all([(place, key, row) for place, key, row in held if place is not None])
        for conversation_id in before:
            self._let_go(conversation_id)
        self._touch(window.topic)

    def found(self, ids: Iterable[ConversationId], rows: Iterable[Row], as_of: Seq) -> None:
        """The answer to what was missing holds everything up to `as_of`."""
        self.give_up(one for one in ids if self._missing.get(one, 0) <= as_of)
        for row in rows:
            self._missing.pop(row.conversation.conversation_id, None)
            self.put(row, as_of)

    def give_up(self, ids: Iterable[ConversationId]) -> None:
        """They are not asked for any more."""
        for conversation_id in ids:
            self._missing.pop(conversation_id, None)

    def fold(self, event: Event) -> None:
        """What an event says of rows."""
        match event.data:
            case ConversationStarted():
                self._started(event.seq, event.data)
            case ConversationEntered(row=row):
                self._entered(event.seq, row)
            case ConversationLeft(conversation_id=conversation_id):
                self._left(event.seq, conversation_id)
            case ConsentChanged():
                self._consent_changed(event.seq, event.data)
            case ContactSaved(contact=contact):
                self._link(event.seq, contact, None)
            case ContactMerged(survivor=survivor, merged=merged):
                self._link(event.seq, survivor, merged)
            case ContactErased(contact_id=contact_id):
                self._link(event.seq, None, contact_id)
            case _:
                self._happened(event)

    def trim(self) -> None:
        """No window keeps more than its bound."""
        for window in self.windows.values():
            if len(window) <= self._rows_max:
                continue
            for conversation_id in window.trim(self._rows_max):
                self._let_go(conversation_id)
            self._touch(window.topic)

    def _started(self, seq: Seq, started: ConversationStarted) -> None:
        conversation_id = started.conversation.conversation_id
        if conversation_id in self._known or not self._wanted(started.conversation):
            return
        row = Row(
            seq=seq,
            conversation=started.conversation,
            channel_id=started.channel_id,
            address=started.address,
            profile_name=started.profile_name,
            opted_out=False,
        )
        # Only an answer from here on knows its contact, also where somebody has asked for it before it was there.
        self._missing[conversation_id] = seq
        self.put(row, seq)

    def _entered(self, seq: Seq, row: Row) -> None:
        conversation_id = row.conversation.conversation_id
        known = self.get(conversation_id)
        if known is not None and known.seq >= row.seq:
            return
        self._missing.pop(conversation_id, None)
        self.put(row, seq)

    def _consent_changed(self, seq: Seq, changed: ConsentChanged) -> None:
        known = self._known.get(changed.conversation_id)
        if known is None or seq <= known.as_of:
            return
        known.row = replace(known.row, opted_out=changed.consent == "opted_out")
        self._changed(changed.conversation_id)

    def _link(self, seq: Seq, contact: Contact | None, gone: ContactId | None) -> None:
        """Rows whose address stands in the card are of that contact; its rows and those of `gone` that do not
        are of nobody.
        """
        card = None if contact is None else contact.card
        addresses: frozenset[Address] = frozenset() if card is None else frozenset(card.addresses)
        theirs = {gone, None if contact is None else contact.contact_id} - {None}
        for conversation_id, known in list(self._known.items()):
            if seq <= known.as_of:
                continue
            row = known.row
            is_owned = row.address in addresses
            was_theirs = row.contact is not None and row.contact.contact_id in theirs
            if not is_owned and not was_theirs:
                continue
            owner = _reference(contact) if is_owned and contact is not None else None
            known.row = replace(row, contact=owner)
            self._changed(conversation_id)

    def _happened(self, event: Event) -> None:
        header = event.header
        if header is None:
            return
        conversation_id = header.conversation_id
        known = self._known.get(conversation_id)
        if known is None:
            if self._wanted(header):
                self._missing.setdefault(conversation_id, event.seq)
            else:
                self._missing.pop(conversation_id, None)
        elif event.seq > known.row.seq:
            known.row = _afterwards(known.row, header, event)
            self._changed(conversation_id)

    def _wanted(self, header: Header) -> bool:
        if header.conversation_id in self._pinned:
            return True
        return any(window.may_hold(header, self.me) is not None for window in self.windows.values())

    def _left(self, seq: Seq, conversation_id: ConversationId) -> None:
        """What was seen or asked for later is not gone: answers that come late replay events from before it."""
        if self._missing.get(conversation_id, seq) < seq:
            del self._missing[conversation_id]
        known = self._known.get(conversation_id)
        if known is not None and known.as_of < seq:
            self._remove(conversation_id)

    def _remove(self, conversation_id: ConversationId) -> None:
        del self._known[conversation_id]
        self._touch(("row", conversation_id))
        for window in self.windows.values():
            if window.leave(conversation_id):
                self._touch(window.topic)

    def _changed(self, conversation_id: ConversationId) -> None:
        self._touch(("row", conversation_id))
        self._settle(conversation_id)

    def _settle(self, conversation_id: ConversationId) -> None:
        """A row's place in every window after a change; a row that is in none and not pinned goes."""
        known = self._known.get(conversation_id)
        if known is None:
            return
        stands = False
        for window in self.windows.values():
            place = window.holds(known.row, self.me)
            if place is not None:
                window.stand(known.row, place)
                stands = True
            elif not window.leave(conversation_id):
                continue
            self._touch(window.topic)
        if not stands:
            self._let_go(conversation_id)

    def _let_go(self, conversation_id: ConversationId) -> None:
        if conversation_id in self._pinned:
            return
        if any(conversation_id in window for window in self.windows.values()):
            return
        self._known.pop(conversation_id, None)
        self._missing.pop(conversation_id, None)


def _reference(contact: Contact) -> ContactRef:
    name = "" if contact.card is None else contact.card.name
    return ContactRef(contact_id=contact.contact_id, name=name, seq=contact.seq)


def _afterwards(row: Row, header: Header, event: Event) -> Row:
    """A row after an event that tells its header."""
    match event.data:
        # A sign at another message moves nothing; what it was may have been erased.
        case MessageReceived(message=message) | MessageQueued(message=message) if header.activity_seq == event.seq:
            return replace(row, seq=event.seq, conversation=header, last=last_line(event, message))
        case ConversationNamed(profile_name=profile_name):
            return replace(row, seq=event.seq, conversation=header, profile_name=profile_name)
        case ConversationErased():
            last = None if row.last is None else replace(row.last, text=None)
            return replace(
                row,
                seq=event.seq,
                conversation=header,
                address=None,
                profile_name=None,
                contact=None,
                last=last,
            )
        case _:
            return replace(row, seq=event.seq, conversation=header)
