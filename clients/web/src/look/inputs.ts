// How an input, a select and a text area look, so that all forms look alike.

export const input =
  'min-h-9 w-full min-w-0 rounded-lg border border-line-strong/60 bg-raised px-3 py-1.5 text-ink placeholder:text-ink-faint focus-visible:border-violet focus-visible:outline-1 focus-visible:outline-violet aria-invalid:border-bad disabled:bg-sunken disabled:text-ink-soft';

export const area = `${input} min-h-20 field-sizing-content max-h-80 resize-y leading-normal`;

export const chip =
  'inline-flex min-h-6 items-center gap-1 rounded-full border border-line bg-raised px-2.5 text-small text-ink-soft';
