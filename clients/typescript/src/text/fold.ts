// One folding for comparing texts: case, accents and compatibility forms disappear, ligatures open, what is not
// seen goes (PROTOCOL.md, section 18). It looks at one character at a time and keeps white space.

/** Letters that come apart into no plain one. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ß', 'ss'],
  ['þ', 'th'],
  ['ɓ', 'b'],
  ...Array.from('đðɖɗ', (letter) => [letter, 'd'] as const),
  ...Array.from('əǝɛ', (letter) => [letter, 'e'] as const),
  ['ǥ', 'g'],
  ['ħ', 'h'],
  ['ı', 'i'],
  ['ƙ', 'k'],
  ['ł', 'l'],
  ['ŋ', 'n'],
  ['ɲ', 'n'],
  ['ø', 'o'],
  ['ɔ', 'o'],
  ['ŧ', 't'],
  ['ƴ', 'y'],
  ['ς', 'σ'],
]);

/** The zeros of the scripts in use whose digits are their own; the nine others follow each. */
const ZEROS: readonly number[] = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0, 0x1810,
];

const DROPPED = /[\p{M}\p{DI}\u0640]/gu;
const ATTACHED = /^[\p{M}\u{e0020}-\u{e007f}]$/u;

/** `text` without case and accents: `Hélène` folds to `helene`, `œuvre` to `oeuvre`. */
export function fold(text: string): string {
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

/** What becomes of one character, which may be nothing. */
export function foldCharacter(character: string): string {
  if (character.length === 1 && character < '\u0080') return character.toLowerCase();
  let folded = '';
  for (const part of character.normalize('NFKD').replace(DROPPED, '')) {
    for (const lower of part.toLowerCase()) folded += PLAIN.get(lower) ?? asciiDigit(lower) ?? lower;
  }
  return folded;
}

/** Whether the character belongs to the one before it: an accent, the choice of a form, the tags of a flag. */
export function isAttached(character: string): boolean {
  return ATTACHED.test(character);
}

function asciiDigit(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  return zero === undefined ? undefined : String(code - zero);
}
