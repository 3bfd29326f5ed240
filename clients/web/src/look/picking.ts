// What a picker is given: what there is to pick, and what happens then.
import type { Snippet } from 'svelte';

export type Option<Value extends string> = { value: Value; label: string; note?: string | undefined };

export type Picking<Value extends string> = {
  options: readonly Option<Value>[];
  value?: Value | undefined;
  /** What stands in the empty search. */
  hint: string;
  /** What is said when nothing is found. */
  none: string;
  onpick: (value: Value) => void;
  children: Snippet;
  /** The name that a key presses it by. */
  act: string;
  label: string;
  class?: string;
  open?: boolean;
};
