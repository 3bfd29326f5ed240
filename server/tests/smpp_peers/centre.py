"""A message centre on smpp34, for the tests of SMPP: it says in lines of JSON what it hears, and hands to its client
what it reads from its input. It decides nothing by itself but names for messages and a receipt for each."""

import asyncio
import json
import sys

import smpp34

refuse = 0


def say(**facts):
    print(json.dumps(facts), flush=True)


async def hand_over(esmes, line):
    global refuse
    wanted = json.loads(line)
    if "refuse" in wanted:
        refuse = wanted["refuse"]
        return
    answer = await esmes[-1].deliver_sm(
        destination_addr=wanted["to"],
        short_message=bytes.fromhex(wanted["hex"]),
        source_addr=wanted["from"],
        source_addr_ton=1,
        source_addr_npi=1,
        dest_addr_ton=1,
        dest_addr_npi=1,
        esm_class=wanted.get("esm_class", 0),
        data_coding=wanted["data_coding"],
    )
    say(**{"is": "answered", "status": answer.command_status})


async def read_input(esmes):
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        await hand_over(esmes, line)


async def receipt(esme, event, name):
    words = f"id:{name} sub:001 dlvrd:001 submit date:2611031010 done date:2611031011 stat:DELIVRD err:000 text:"
    await esme.deliver_sm(
        destination_addr=event.source_addr,
        short_message=words.encode(),
        source_addr=event.destination_addr,
        esm_class=4,
    )


async def main():
    server = smpp34.Server(host="127.0.0.1", port=int(sys.argv[1]), system_id="centre")
    await server.start()
    say(**{"is": "ready"})
    esmes, waiting = [], set()
    waiting.add(asyncio.create_task(read_input(esmes)))
    names = 0
    while True:
        event = await server.next()
        if isinstance(event, smpp34.Esme):
            esmes.append(event)
            say(**{"is": "bound", "system_id": event.system_id})
        elif isinstance(event, smpp34.SubmitSmEvent):
            say(**{
                "is": "submit",
                "from": event.source_addr,
                "to": event.destination_addr,
                "ton": event.dest_addr_ton,
                "npi": event.dest_addr_npi,
                "data_coding": event.data_coding,
                "registered": event.registered_delivery,
                "hex": event.short_message.hex(),
            })
            if refuse:
                event.reject(refuse)
                continue
            names += 1
            event.accept(message_id=f"c{names}")
            if event.registered_delivery & 1:
                waiting.add(asyncio.create_task(receipt(esmes[-1], event, f"c{names}")))


asyncio.run(main())
