"""Where a server's doors are, from the one address that an application gives. It opens none."""

from typing import NamedTuple
from urllib.parse import urlsplit

_SCHEMES = {"http": ("ws", "http"), "https": ("wss", "https"), "ws": ("ws", "http"), "wss": ("wss", "https")}


class Doors(NamedTuple):
    """The address of the live connection, and the beginning of all others."""

    live: str
    http: str


def doors_of(url: str) -> Doors:
    """The doors of a server at `http(s)://…` or `ws(s)://…`; a path before them is kept.

    Raises a `ValueError` when it is no address.
    """
    parts = urlsplit(url)
    schemes = _SCHEMES.get(parts.scheme)
    if schemes is None or not parts.hostname:
        raise ValueError(f"'{url}' is no address of a server: it begins with https:// or http://")
    path = parts.path.removesuffix("/").removesuffix("/v1/live").removesuffix("/")
    rest = f"://{parts.netloc}{path}"
    return Doors(f"{schemes[0]}{rest}/v1/live", f"{schemes[1]}{rest}")
