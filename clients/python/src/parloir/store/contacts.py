"""The cards that are on screen, and large work. A card's seq is its version: an older one never replaces it."""

from typing import Any

from msgspec.structs import replace

from parloir.frames import (
    Contact,
    ContactErased,
    ContactId,
    ContactMerged,
    ContactSaved,
    ContactUnmerged,
    Event,
    Job,
    JobAdvanced,
    JobDone,
    JobId,
    JobRewriting,
    JobStarted,
)
from parloir.screen import LOADING, READY, ContactValue, Load

from .topics import Touch

JOBS_MAX = 100
"""Jobs that are remembered; the first ones go."""


class Contacts:
    """The cards that somebody follows."""

    def __init__(self, touch: Touch) -> None:
        self._values: dict[ContactId, ContactValue] = {}
        self._touch = touch

    def value(self, contact_id: ContactId) -> ContactValue:
        """As it is now."""
        return self._values.get(contact_id) or ContactValue(contact_id)

    def open(self, contact_id: ContactId) -> None:
        """It is wanted."""
        self._values.setdefault(contact_id, ContactValue(contact_id))

    def close(self, contact_id: ContactId) -> None:
        """It is not wanted any more."""
        self._values.pop(contact_id, None)

    def wanted(self) -> list[ContactId]:
        """Those that are to be asked for."""
        return [value.contact_id for value in self._values.values() if value.load.name == "loading"]

    def clear(self) -> None:
        """Nothing is known any more; they are there to be asked for again."""
        for contact_id in list(self._values):
            self._put(contact_id, LOADING, None)

    def put(self, contact: Contact) -> None:
        """A card, unless a newer one is known."""
        known = self._values.get(contact.contact_id)
        if known is None or (known.contact is not None and known.contact.seq > contact.seq):
            return
        self._put(contact.contact_id, READY, contact)

    def refused(self, contact_id: ContactId, load: Load) -> None:
        """The server does not give it."""
        if contact_id in self._values:
            self._put(contact_id, load, None)

    def fold(self, event: Event) -> None:
        """What an event says of cards."""
        match event.data:
            case ContactSaved(contact=contact):
                self.put(contact)
            case ContactMerged(survivor=survivor, merged=merged):
                self.put(survivor)
                self._again(merged)
            case ContactUnmerged(restored=restored):
                self._again(restored)
            case ContactErased(contact_id=contact_id):
                self.put(Contact(contact_id=contact_id, card=None, seq=event.seq))
            case _:
                return

    def _again(self, contact_id: ContactId) -> None:
        """What became of it only the server can say."""
        if contact_id in self._values:
            self._put(contact_id, LOADING, self._values[contact_id].contact)

    def _put(self, contact_id: ContactId, load: Load, contact: Contact | None) -> None:
        self._values[contact_id] = ContactValue(contact_id, load, contact)
        self._touch(("contact", contact_id))


class Jobs:
    """Large work that runs, or was done while this client looked."""

    def __init__(self, touch: Touch) -> None:
        self.value: dict[JobId, Job] = {}
        """By id, the newest last; another dict after each change."""
        self._touch = touch

    def clear(self) -> None:
        """Nothing is known any more."""
        self.value = {}
        self._touch(("jobs", None))

    def put(self, job: Job) -> None:
        """A job, unless it is known as of later."""
        known = self.value.get(job.job_id)
        if known is not None and known.seq >= job.seq:
            return
        others = [(key, one) for key, one in self.value.items() if key != job.job_id]
        self.value = dict([*others[-(JOBS_MAX - 1) :], (job.job_id, job)])
        self._touch(("jobs", None))

    def fold(self, event: Event) -> None:
        """What an event says of jobs."""
        match event.data:
            case JobStarted(job=job):
                self.put(job)
            case JobAdvanced(job_id=job_id, done=done):
                self._change(job_id, event, done=done)
            case JobRewriting(job_id=job_id):
                self._change(job_id, event, status="rewriting")
            case JobDone(job_id=job_id):
                self._change(job_id, event, status="done")
            case _:
                return

    def _change(self, job_id: JobId, event: Event, **changes: Any) -> None:
        known = self.value.get(job_id)
        if known is not None:
            self.put(replace(known, seq=event.seq, **changes))
