// Phone numbers as people of their country write them, so that they can be read aloud. It never changes
// which number it is, and leaves alone what is no number.
const oneDigit = /^[17]/;
const twoDigits = /^(20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** `+33612345678` as `+33 6 12 34 56 78`. */
export function phone(value: string): string {
  if (!/^\+\d{5,15}$/.test(value)) return value;
  const digits = value.slice(1);
  const code = digits.slice(0, oneDigit.test(digits) ? 1 : twoDigits.test(digits) ? 2 : 3);
  return `+${code}\u00a0${grouped(code, digits.slice(code.length))}`;
}

function grouped(code: string, rest: string): string {
  if (code === '33') return [rest.slice(0, 1), ...cut(rest.slice(1), 2)].join('\u00a0');
  if (code === '44') return [rest.slice(0, 4), ...cut(rest.slice(4), 6)].join('\u00a0');
  if (code === '1') return [rest.slice(0, 3), rest.slice(3, 6), rest.slice(6)].filter(Boolean).join('\u00a0');
  return cut(rest, rest.length % 3 === 1 ? 2 : 3).join('\u00a0');
}

function cut(text: string, size: number): string[] {
  return text.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}
