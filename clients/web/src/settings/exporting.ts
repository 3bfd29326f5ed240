// Files of the server that this browser saves: all contacts, rows that failed. The answer is taken whole before anything is saved: what broke off
// on its way is an error and no short file.

import { own } from '../app/session.ts';

export type Format = 'csv' | 'vcf';

/** Why there is no file: the server's code, or none where the line broke. */
export type Broken = { code?: string; message: string };

/** Spreadsheets of countries with a decimal comma expect semicolons. */
function delimiterFor(language: string): string {
  return language === 'fr' ? 'semicolon' : 'comma';
}

/** Fetches all contacts and has them saved. Throws `Broken`. */
export function saveContacts(format: Format, language: string): Promise<void> {
  const query = format === 'csv' ? `?delimiter=${delimiterFor(language)}` : '';
  return saveFile(`/v1/contacts.${format}${query}`);
}

/** Fetches a file of this server and has it saved under the name that it comes with. Throws `Broken`. */
export async function saveFile(path: string): Promise<void> {
  const answer = await whole(path);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(answer.file);
  link.download = answer.name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function whole(path: string): Promise<{ file: Blob; name: string }> {
  let answer: Response;
  try {
    answer = await fetch(path, { headers: own(), credentials: 'same-origin' });
    if (answer.ok) return { file: await answer.blob(), name: nameOf(answer) };
  } catch (error) {
    throw { message: String(error) } satisfies Broken;
  }
  const problem = (await answer.json().catch(() => ({}))) as Partial<Broken> & { detail?: string };
  throw { code: problem.code ?? 'unavailable', message: problem.detail ?? '' } satisfies Broken;
}

function nameOf(answer: Response): string {
  const told = answer.headers.get('content-disposition') ?? '';
  return /filename="([^"]+)"/.exec(told)?.[1] ?? '';
}
