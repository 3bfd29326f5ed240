// Ids of commands: UUIDs of version 7, which sort by the time they were made, and within one millisecond by their
// order.

/** What the 12 bits behind the time hold at most. */
const COUNT_MAX = 0xfff;

let last = { at: 0, count: 0 };

/** Where the next id stands: after every id before it, also when the clock stands still or goes back. */
function next(): { at: number; count: number } {
  const now = Date.now();
  if (now > last.at) last = { at: now, count: 0 };
  else if (last.count < COUNT_MAX) last = { at: last.at, count: last.count + 1 };
  else last = { at: last.at + 1, count: 0 };
  return last;
}

/** A new id. */
export function uuidv7(): string {
  const { at, count } = next();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(at / 2 ** 32));
  view.setUint32(2, at >>> 0);
  view.setUint16(6, 0x7000 | count);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20, 32].map((end, part) => hex.slice([0, 8, 12, 16, 20][part], end)).join('-');
}
