"""What events change in a message after it was said. It keeps nothing."""

from msgspec.structs import replace

from parloir.frames import (
    Attachment,
    AttachmentMissing,
    AttachmentStored,
    Event,
    Item,
    Link,
    LinkOpened,
    LinkRevoked,
    Message,
    MessageCancelled,
    MessageDeliveryChanged,
    MessageId,
    MessageItem,
    MessagePlanChanged,
    NoteItem,
    Time,
)

_Changing = (
    MessageDeliveryChanged
    | MessagePlanChanged
    | MessageCancelled
    | AttachmentStored
    | AttachmentMissing
    | LinkOpened
    | LinkRevoked
)


def changed_message(event: Event) -> MessageId | None:
    """The message that an event changes, when it changes one."""
    return event.data.message_id if isinstance(event.data, _Changing) else None


def message_after(message: Message, event: Event) -> Message:
    """The message after the event."""
    match event.data:
        case MessageDeliveryChanged(attempt=attempt, delivery=delivery, failure=failure):
            link = _renewed(message.link, event.data.link_expires_at)
            return replace(message, delivery=delivery, failure=failure, attempt=attempt, link=link)
        case MessagePlanChanged(delivery=delivery, due_at=due_at):
            return replace(message, delivery=delivery, due_at=due_at)
        case MessageCancelled():
            return replace(message, delivery="cancelled", failure=None)
        case AttachmentStored(attachment=attachment):
            return _with_attachment(message, attachment)
        case AttachmentMissing(attachment_id=attachment_id):
            known = next((one for one in message.attachments or () if one.attachment_id == attachment_id), None)
            return message if known is None else _with_attachment(message, replace(known, state="missing"))
        case LinkOpened() if message.link is not None:
            link = replace(message.link, opened=message.link.opened + 1, opened_at=event.at)
            return replace(message, link=link)
        case LinkRevoked() if message.link is not None:
            return replace(message, link=replace(message.link, revoked=True))
        case _:
            return message


def erased_item(item: Item) -> Item:
    """What is left of a line when the person behind it was erased."""
    match item:
        case NoteItem(note=note):
            return NoteItem(note=replace(note, text=None))
        case MessageItem(message=message):
            return MessageItem(message=_erased_message(message))
        case _:
            return item


def _erased_message(message: Message) -> Message:
    """That there was a message, and what became of it."""
    return replace(
        message,
        text=None,
        card=None,
        template=None,
        attachments=None,
        location=None,
        reaction=None,
        link=None,
        carriage=None,
    )


def _with_attachment(message: Message, attachment: Attachment) -> Message:
    def changed(known: Attachment) -> Attachment:
        if known.attachment_id != attachment.attachment_id:
            return known
        return replace(attachment, name=known.name) if attachment.name is None else attachment

    if message.attachments is None:
        return message
    return replace(message, attachments=tuple(changed(known) for known in message.attachments))


def _renewed(link: Link | None, expires_at: Time | None) -> Link | None:
    """A new attempt begins its link anew."""
    return link if link is None or expires_at is None else replace(link, expires_at=expires_at, revoked=False)
