"""Saves everybody in a CSV file with the columns `number` and `name`, and perhaps `tags` (separated by `;`).

    python examples/import_contacts.py http://127.0.0.1:8080 plr_… contacts.csv

It may be stopped and started again: what was not answered goes on from `contacts.csv.outbox`, and a contact that is
saved twice is the same one. Every other column is a property.
"""

import asyncio
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from parloir import Client, CommandRefused, FileOutbox
from parloir.frames import Address, ContactSave

AT_ONCE = 32
"""Commands that wait for an answer at once."""


def contacts(path: Path) -> Iterator[ContactSave]:
    with path.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            number, name, tags = line.pop("number"), line.pop("name"), line.pop("tags", None)
            yield ContactSave(
                name=name,
                add_tags=[tag.strip() for tag in tags.split(";") if tag.strip()] if tags else None,
                properties={key: value for key, value in line.items() if value} or None,
                add_addresses=[Address(kind="e164", value=number)],
            )


async def main(url: str, token: str, file: str) -> None:
    saved, refused = 0, 0
    room = asyncio.Semaphore(AT_ONCE)
    async with Client.connect(url, token, client="import/1.0", outbox=FileOutbox(f"{file}.outbox")) as client:
        # What is given from now on is known to be this agent's, also to another run.
        await client.live()

        async def save(contact: ContactSave) -> None:
            nonlocal saved, refused
            async with room:
                try:
                    await client.command(contact)
                    saved += 1
                except CommandRefused as error:
                    refused += 1
                    print(f"{contact.name}: {error}", file=sys.stderr)

        async with asyncio.TaskGroup() as group:
            for contact in contacts(Path(file)):
                async with room:
                    group.create_task(save(contact))
    print(f"{saved} saved, {refused} refused", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
