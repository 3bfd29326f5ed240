"""Qualifiers, in English and French, and what their values mean. Whether a named thing exists is not known here."""

from typing import Literal, TypedDict

from .fold import WHITE_SPACE, fold
from .problem import Problem
from .words import label

Qualifier = Literal["tag", "group", "status", "channel", "assignee", "property", "unread"]
"""What a qualifier is about."""


class Whole(TypedDict):
    """All of a value is looked for."""

    whole: str


class Start(TypedDict):
    """The start of a value is looked for: it was written with `*` at the end."""

    start: str


class Named(TypedDict):
    """The agent who is called so."""

    named: str


class OfProperty(TypedDict):
    """A property and its value."""

    key: str
    value: Whole | Start


class TagFilter(TypedDict):
    """A tag of the contact."""

    tag: Whole | Start


class GroupFilter(TypedDict):
    """The group that is called so."""

    group: str


class StatusFilter(TypedDict):
    """Open or closed ones."""

    status: Literal["open", "closed"]


class ChannelFilter(TypedDict):
    """The channel of that name or kind."""

    channel: str


class AssigneeFilterText(TypedDict):
    """Whose conversations."""

    assignee: Literal["me", "nobody"] | Named


class PropertyFilter(TypedDict):
    """A property of the contact."""

    property: OfProperty


class UnreadFilter(TypedDict):
    """Those with the unread mark, or without."""

    unread: bool


FilterKind = TagFilter | GroupFilter | StatusFilter | ChannelFilter | AssigneeFilterText | PropertyFilter | UnreadFilter
"""What must hold, as the vectors write it. Names and values are folded words joined by one space."""

QUALIFIERS: dict[str, Qualifier] = {
    "tag": "tag",
    "etiquette": "tag",
    "group": "group",
    "groupe": "group",
    "status": "status",
    "statut": "status",
    "channel": "channel",
    "canal": "channel",
    "assignee": "assignee",
    "assigne": "assignee",
    "a": "assignee",
    "prop": "property",
    "unread": "unread",
    "non-lu": "unread",
    "nonlu": "unread",
}
"""Every name of a qualifier, folded. Case and accents of what is typed do not matter."""

_EXAMPLES: dict[Qualifier, str] = {
    "tag": "vip",
    "group": "sales",
    "status": "open",
    "channel": "sms",
    "assignee": "me",
    "property": "city=lyon",
    "unread": "yes",
}

_STATUS: dict[str, Literal["open", "closed"]] = {
    "open": "open",
    "ouvert": "open",
    "ouverte": "open",
    "closed": "closed",
    "ferme": "closed",
    "fermee": "closed",
}
_UNREAD = {"yes": True, "true": True, "oui": True, "no": False, "false": False, "non": False}


def qualifier_named(name: str) -> Qualifier | None:
    """The qualifier that is called so."""
    return QUALIFIERS.get(fold(name))


def filter_of(qualifier: Qualifier, name: str, value: str) -> FilterKind | Problem:
    """What `name:value` asks for, both as typed without quotation marks; or what is wrong with it."""
    if qualifier == "property":
        return _property(name, value)
    plain = label(value)
    if not plain:
        return _empty(qualifier, name)
    match qualifier:
        case "tag":
            return {"tag": _wanted(plain, value)}
        case "group":
            return {"group": plain}
        case "channel":
            return {"channel": plain}
        case "assignee":
            return {"assignee": _whose(plain)}
        case "status":
            status = _STATUS.get(plain)
            return _unknown(name, value, "open", "closed") if status is None else {"status": status}
        case "unread":
            unread = _UNREAD.get(plain)
            return _unknown(name, value, "yes", "no") if unread is None else {"unread": unread}


def _property(name: str, text: str) -> FilterKind | Problem:
    incomplete = Problem(reason="incomplete_property", qualifier=name, example=_EXAMPLES["property"])
    before, equals, value = text.partition("=")
    if not equals:
        return incomplete if label(text) else _empty("property", name)
    key, plain = label(before), label(value)
    if not key:
        return incomplete
    if not plain:
        return _empty("property", name)
    return {"property": {"key": key, "value": _wanted(plain, value)}}


def _wanted(plain: str, value: str) -> Whole | Start:
    starts = value.rstrip("".join(WHITE_SPACE)).endswith("*")
    return {"start": plain} if starts else {"whole": plain}


def _whose(value: str) -> Literal["me", "nobody"] | Named:
    if value in ("me", "moi"):
        return "me"
    return "nobody" if value in ("none", "nobody", "personne") else {"named": value}


def _empty(qualifier: Qualifier, name: str) -> Problem:
    return Problem(reason="empty_value", qualifier=name, example=_EXAMPLES[qualifier])


def _unknown(qualifier: str, value: str, *allowed: str) -> Problem:
    return Problem(reason="unknown_value", qualifier=qualifier, value=value, allowed=allowed)
