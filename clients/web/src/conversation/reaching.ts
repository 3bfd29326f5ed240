// Goes back in a timeline to a line that was looked for, page by page. It scrolls nothing and asks no server itself.
import type { Seq, Thread } from '../app/client.ts';

/** Pages that are asked for to reach a line. */
export const reachMax = 40;

/** `too far`: it lies before all that was asked for; who asks again goes on from there. `absent`: no more came. */
export type Reached = 'there' | 'too far' | 'absent';

export async function reach(
  thread: Pick<Thread, 'value'>,
  seq: Seq,
  older: () => Promise<boolean>,
): Promise<Reached> {
  const isThere = (): boolean => (thread.value.lines[0]?.seq ?? 0) <= seq;
  for (let page = 0; page < reachMax && !isThere(); page += 1) {
    if (!(await older())) return isThere() ? 'there' : 'absent';
  }
  return isThere() ? 'there' : 'too far';
}
