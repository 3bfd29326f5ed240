"""Checks kept deliveries with the PyPI package `standardwebhooks`: the secret given must prove each of them as
it came, and neither an altered body, an altered id nor another secret may."""

import base64
import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def proves(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def main(file: str, secret: str, other: str) -> None:
    with open(file, encoding="utf-8") as kept:
        lines = [json.loads(line) for line in kept]
    for line in lines:
        body, headers = base64.b64decode(line["body"]), line["headers"]
        altered = {**headers, "webhook-id": headers["webhook-id"] + "0"}
        said = [
            proves(secret, body, headers),
            proves(secret, body + b" ", headers),
            proves(secret, body, altered),
            proves(other, body, headers),
        ]
        if said != [True, False, False, False]:
            sys.exit(f"PyPI standardwebhooks says {said} of {line}")
    print(f"PyPI standardwebhooks: {len(lines)} deliveries proved")


main(*sys.argv[1:])
