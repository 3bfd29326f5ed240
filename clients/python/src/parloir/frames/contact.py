"""Saved people and their addresses (PROTOCOL.md, section 11). Shapes only."""

from typing import Literal

from .ids import ContactId, Seq
from .record import Record

AddressKind = Literal["e164", "bsuid", "rcs"]
"""What kind of address a channel knows somebody by."""


class Address(Record, frozen=True, kw_only=True):
    """Where somebody is reached. A number is `+` and digits in every answer."""

    kind: AddressKind
    value: str


class ContactCard(Record, frozen=True, kw_only=True):
    """What is known of a person."""

    name: str
    tags: tuple[str, ...]
    properties: dict[str, str]
    addresses: tuple[Address, ...]


class Contact(Record, frozen=True, kw_only=True):
    """A saved person; `seq` is its version, `card` None once erased."""

    contact_id: ContactId
    card: ContactCard | None
    seq: Seq


class ContactRef(Record, frozen=True, kw_only=True):
    """A contact as a row shows it."""

    contact_id: ContactId
    name: str
    seq: Seq
