// Folding for lists that are searched here, in the browser: case and accents do not matter. Searches of the
// workspace are the server's.

/** A text as it is compared. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u0640]/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss');
}
