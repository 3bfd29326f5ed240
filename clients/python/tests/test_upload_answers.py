"""Files on their way up through a proxy that answers in the server's place."""

import asyncio
import json
from collections.abc import Mapping

import pytest

from parloir import Refused
from parloir.frames import AttachmentId
from parloir.upload import Door, upload
from parloir.upload import carrier as carriers

ID = AttachmentId("att_0192f0c4-0000-7000-8000-000000000001")
ATTACHMENT = {
    "attachment_id": ID,
    "name": "a.pdf",
    "media_type": "application/pdf",
    "kind": "document",
    "bytes": 5,
    "thumbnail": False,
    "state": "stored",
}


class Spool:
    """A server of one upload; `strange` is what it answers first, by method."""

    def __init__(self, strange: dict[str, list[int]]) -> None:
        self.strange = strange
        self.received = 0

    def carry(self, method: str, _path: str, _headers: Mapping[str, str], body: bytes | None) -> carriers.Answered:
        if self.strange.get(method):
            return carriers.Answered(self.strange[method].pop(0), {}, {})
        if method == "HEAD":
            return carriers.Answered(200, {}, {"upload-offset": str(self.received)})
        self.received += len(body or b"")
        return carriers.Answered(200, json.loads(json.dumps({"offset": 5, "attachment": ATTACHMENT})), {})


async def token() -> str:
    return "plr_AAAA"


def sent(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> AttachmentId:
    monkeypatch.setattr(carriers.Carrier, "carry", lambda _, *request: spool.carry(*request))
    monkeypatch.setattr("parloir.upload._PAUSE_S", 0.001)
    return asyncio.run(upload(Door("http://127.0.0.1:1", token), b"%PDF-", name="a.pdf", resume=ID)).attachment_id


def test_an_upload_outlives_a_proxy_that_answers_in_the_servers_place(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool({"HEAD": [503, 429, 502], "PATCH": [429]})
    assert (sent(spool, monkeypatch), spool.received) == (ID, 5)


@pytest.mark.parametrize("status", [404, 410])
def test_only_a_server_that_says_so_ends_one(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="attachment_not_found"):
        sent(Spool({"HEAD": [status]}), monkeypatch)
