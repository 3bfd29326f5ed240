// Customers who write, as many and as fast as asked, each message when it is due.
const handsMax = 64;

/** The number of customer `n`, of whom there may be a million. */
export const customer = (n) => `+336${30_000_000 + n}`;

/** Hands in `count` messages, `rate` a second; without a rate as fast as they are taken. Tells of each when it was
 *  handed in, and how late the last one was. */
export async function feed(server, { count, rate, from, text }) {
  const handed = new Map();
  const began = Date.now();
  let [next, late] = [0, 0];
  const hand = async () => {
    for (;;) {
      const number = next;
      if (number >= count) return;
      next += 1;
      const due = rate ? began + (number * 1000) / rate : 0;
      const early = due - Date.now();
      if (early > 0) await new Promise((wake) => setTimeout(wake, early));
      const at = Date.now();
      handed.set(String(number), at);
      if (rate) late = Math.max(late, at - due);
      await server.receive(from(number), text(number));
    }
  };
  await Promise.all(Array.from({ length: handsMax }, hand));
  return { handed, late_ms: Math.round(late), seconds: (Date.now() - began) / 1000 };
}
