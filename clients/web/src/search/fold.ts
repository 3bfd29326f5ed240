// Folding for lists that are searched here, in the browser, by the rule that the server folds by.
import { fold } from '@parloir/client/text';

/** A text as it is compared: case and accents do not matter. */
export function foldText(text: string): string {
  return fold(text);
}
