// A folded text that still knows where each part of it was written. It never says what a part means.

import type { Range } from '../frames.js';
import { foldCharacter, isAttached } from './fold.js';

/** A folded text with the way back to the characters that it was made of. Its places are UTF-16 units of `text`. */
export class Folded {
  readonly text: string;
  /** Characters that became one part of the text. */
  readonly #runs: { readonly from: number; to: number }[] = [];
  /** Which run each unit of the text is of. */
  readonly #of: number[] = [];

  constructor(text: string) {
    let [folded, at] = ['', 0];
    for (const character of text) {
      const part = foldCharacter(character);
      if (part !== '') {
        this.#runs.push({ from: at, to: at + 1 });
        for (let unit = 0; unit < part.length; unit += 1) this.#of.push(this.#runs.length - 1);
        folded += part;
      } else if (isAttached(character)) {
        const last = this.#runs.at(-1);
        if (last !== undefined) last.to = at + 1;
      }
      at += 1;
    }
    this.text = folded;
  }

  /** The characters (Unicode scalar values) of the original text that these units came from. */
  written(from: number, to: number): Range {
    const end = this.#runs.at(-1)?.to ?? 0;
    const start = this.#run(from)?.from ?? end;
    return [start, to > from ? (this.#run(to - 1)?.to ?? end) : start];
  }

  #run(unit: number): { readonly from: number; readonly to: number } | undefined {
    const index = this.#of[unit];
    return index === undefined ? undefined : this.#runs[index];
  }
}
