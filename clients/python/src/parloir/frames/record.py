"""The form that all parts of frames share: frozen, told by name, written without what is absent. Nothing else."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True, gc=False):
    """A map with text keys. A field that is None by default is absent on the wire then."""
