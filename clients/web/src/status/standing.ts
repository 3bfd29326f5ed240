// What the status page says, read from the server's answer. It takes what it knows and leaves out what it does
// not, so that a newer server breaks no page.

export type Standing = 'up' | 'degraded' | 'down' | 'unknown';
export type ChannelStanding = { channel_id: string; name: string; kind: string; standing: Standing };
export type Incident = { at: string; until?: string; what: string };

export type Status = {
  server: { standing: Standing; version?: string; since?: string };
  channels: ChannelStanding[];
  queued?: number;
  oldest_ms?: number;
  incidents: Incident[];
};

const incidentsMax = 20;

export function statusOf(answer: Readonly<Record<string, unknown>>): Status {
  const server = record(answer.server);
  const outgoing = record(answer.outgoing ?? answer.outbox ?? answer.queue);
  return {
    server: {
      standing: standingOf(server.status ?? answer.status),
      ...some('version', text(server.version ?? answer.version)),
      ...some('since', text(server.since ?? server.started_at ?? answer.since)),
    },
    channels: list(answer.channels).map(channelOf),
    ...some('queued', number(outgoing.waiting ?? outgoing.queued ?? outgoing.messages)),
    ...some('oldest_ms', number(outgoing.oldest_ms)),
    incidents: list(answer.incidents).slice(0, incidentsMax).map(incidentOf),
  };
}

function channelOf(channel: Record<string, unknown>): ChannelStanding {
  return {
    channel_id: text(channel.channel_id) ?? '',
    name: text(channel.name) ?? '',
    kind: text(channel.kind) ?? '',
    standing: standingOf(channel.status),
  };
}

function incidentOf(incident: Record<string, unknown>): Incident {
  return {
    at: text(incident.at ?? incident.from ?? incident.since) ?? '',
    ...some('until', text(incident.until)),
    what: [
      text(incident.channel ?? incident.name),
      text(incident.message ?? incident.what ?? incident.status),
    ]
      .filter(Boolean)
      .join(': '),
  };
}

function standingOf(value: unknown): Standing {
  if (value === 'up' || value === 'ok' || value === 'ready') return 'up';
  return value === 'degraded' || value === 'down' ? value : 'unknown';
}

function some<Name extends string, T>(name: Name, value: T | undefined): Partial<Record<Name, T>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, T>);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}
