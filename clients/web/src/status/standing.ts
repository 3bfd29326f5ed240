// What the status page shows of the server's answer: how each channel is by its provider, and the worst of all.
// Nothing is guessed: a channel whose provider is not named in the answer is not known.
import type { Channel, Health, ServerStatus } from '../app/client.ts';

export type Standing = Health | 'unknown';

/** How a channel is: as its provider is. */
export function standingOf(channel: Pick<Channel, 'provider'>, status: ServerStatus | undefined): Standing {
  const provider = status?.providers.find((one) => one.name === channel.provider);
  return provider?.status ?? 'unknown';
}

/** How everything is, as far as this screen can tell. */
export function overall(isLive: boolean, status: ServerStatus | undefined): Standing {
  if (!isLive) return 'down';
  return status?.status ?? 'unknown';
}

/** Messages that wait to go out, over all providers. */
export function waiting(status: ServerStatus): number {
  return status.providers.reduce((sum, provider) => sum + provider.waiting, 0);
}
