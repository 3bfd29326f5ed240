// Letters and tint of somebody without a picture.

const tints = 8;

/** At most two letters: of the first and the last word. Numbers have none. */
export function initials(name: string): string {
  const words = name.split(/[\s~-]+/).filter((word) => /^\p{L}/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last].map((word) => Array.from(word ?? '')[0] ?? '').join('') || '#';
}

/** Which of the tints stands for an id. */
export function tint(id: string): number {
  let sum = 0;
  for (const letter of id.slice(-12)) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % tints;
}
