"""What an event says about a conversation, for the parts that fold it. It reads events and keeps nothing."""

from parloir.frames import (
    AssignedItem,
    ClosedItem,
    ConsentChanged,
    ConsentItem,
    ConversationAssigned,
    ConversationClosed,
    ConversationErased,
    ConversationMarkedUnread,
    ConversationMoved,
    ConversationReopened,
    ConversationStarted,
    ErasedItem,
    Event,
    Item,
    LastLine,
    LinkOpened,
    LinkOpenedItem,
    LinkRevoked,
    LinkRevokedItem,
    MarkedUnreadItem,
    Message,
    MessageItem,
    MessageQueued,
    MessageReceived,
    MovedItem,
    NoteAdded,
    NoteItem,
    ReopenedItem,
    StartedItem,
)
from parloir.text.fold import WHITE_SPACE

LAST_LINE_CHARS = 160
"""Characters of a row's last line."""

_SPACES = "".join(WHITE_SPACE)
_SEPARATORS = "\x1c\x1d\x1e\x1f"
"""White space to Python and not to Unicode."""
_BLANKS = {ord(space): " " for space in WHITE_SPACE}


def item_of(event: Event) -> Item | None:
    """The line that the event adds to its conversation's timeline."""
    match event.data:
        case ConversationStarted():
            return StartedItem()
        case ConversationMoved(from_=before, conversation=header):
            return MovedItem(from_=before, to=header.group_id)
        case ConversationClosed():
            return ClosedItem()
        case ConversationReopened(cause=cause):
            return ReopenedItem(cause=cause)
        case ConversationAssigned(from_=before, conversation=header):
            return AssignedItem(from_=before, to=header.assignee)
        case ConversationMarkedUnread():
            return MarkedUnreadItem()
        case ConversationErased():
            return ErasedItem()
        case MessageReceived(message=message) | MessageQueued(message=message):
            return MessageItem(message=message)
        case NoteAdded(note=note):
            return NoteItem(note=note)
        case ConsentChanged(consent=consent):
            return ConsentItem(consent=consent)
        case LinkOpened(message_id=message_id):
            return LinkOpenedItem(message_id=message_id)
        case LinkRevoked(message_id=message_id):
            return LinkRevokedItem(message_id=message_id)
        case _:
            return None


def last_line(event: Event, message: Message) -> LastLine:
    """What a queue shows of a message: one line, cut."""
    text = None if message.text is None else _one_line(_shown(message))
    return LastLine(seq=event.seq, at=event.at, direction=message.direction, text=text)


def _shown(message: Message) -> str:
    """What a message is known by in one line: its text, or what it holds instead."""
    text = message.text
    if text and text.strip(_SPACES):
        return text
    card, place = message.card, message.location
    parts = [
        *((card.title, card.text) if card else ()),
        message.attachments[0].name if message.attachments else None,
        *((place.name, place.address) if place else ()),
    ]
    return next((part for part in parts if part and part.strip(_SPACES)), "")


def _one_line(text: str) -> str:
    if not any(separator in text for separator in _SEPARATORS):
        return " ".join(text.split())[:LAST_LINE_CHARS]
    words = text.translate(_BLANKS).split(" ")
    return " ".join(word for word in words if word)[:LAST_LINE_CHARS]
