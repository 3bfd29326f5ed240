"""The fold alone, without input and output: what a client knows of its workspace, from frames."""

from .held import Ticket
from .picture import ROWS_MAX, Store
from .topics import Topic, TopicKind
from .window import plain_view
from .wishes import ContactWish, PageWish, RowsWish, TimelineWish, Wish

__all__ = [
    "ROWS_MAX",
    "ContactWish",
    "PageWish",
    "RowsWish",
    "Store",
    "Ticket",
    "TimelineWish",
    "Topic",
    "TopicKind",
    "Wish",
    "plain_view",
]
