// Dates, times and numbers as the language on screen writes them. Every form comes from Intl.
import { language } from './language.svelte.ts';

type Form = Intl.DateTimeFormatOptions;

const forms = new Map<string, Intl.DateTimeFormat>();

function form(name: string, options: Form): Intl.DateTimeFormat {
  const key = `${language()} ${name}`;
  const known = forms.get(key) ?? new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : 'fr-FR', options);
  forms.set(key, known);
  return known;
}

/** `09:15` */
export function clock(at: string | Date): string {
  return form('clock', { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

/** `3 November 2026 at 09:15`, for titles and for what is read aloud. */
export function moment(at: string | Date): string {
  return form('moment', { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at));
}

/** `Tuesday 3 November`, with its year when it is another one than `now`'s. */
export function day(at: string | Date, now: Date = new Date()): string {
  const date = new Date(at);
  const year: Form = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
  const name = year.year ? 'day of a year' : 'day';
  return form(name, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(date);
}

/** A time in a list: the clock today, the weekday this week, else the date. */
export function shortly(at: string | Date, now: Date = new Date()): string {
  const date = new Date(at);
  const days = daysBetween(date, now);
  if (days === 0) return clock(date);
  if (days > 0 && days < 7) return form('weekday', { weekday: 'short' }).format(date);
  if (date.getFullYear() === now.getFullYear())
    return form('date', { day: 'numeric', month: 'short' }).format(date);
  return form('date of a year', { day: '2-digit', month: '2-digit', year: '2-digit' }).format(date);
}

/** Whole days from the day of `then` to the day of `now`, by the calendar on the wall. */
export function daysBetween(then: Date, now: Date): number {
  const from = Date.UTC(then.getFullYear(), then.getMonth(), then.getDate());
  const to = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  return Math.round((to - from) / 86_400_000);
}

/** `yesterday`, `in 3 days`. */
export function relativeDay(days: number): string {
  const words = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  return words.format(-days, 'day');
}

/** How long somebody has waited: `4 min`, `2 h`, `3 d`. */
export function waited(since: string | Date, now: Date = new Date()): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - new Date(since).getTime()) / 60_000));
  const [amount, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 2880
        ? [Math.floor(minutes / 60), 'hour']
        : [Math.floor(minutes / 1440), 'day'];
  return new Intl.NumberFormat(language(), {
    style: 'unit',
    unit: unit as string,
    unitDisplay: 'short',
  }).format(amount as number);
}

/** `1,234` or `1 234`. */
export function count(amount: number): string {
  return new Intl.NumberFormat(language()).format(amount);
}

/** `3.4 MB` or `3,4 Mo`: a thousand bytes are a kilobyte. */
export function bytes(amount: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(steps.length - 1, amount < 1 ? 0 : Math.floor(Math.log10(amount) / 3));
  const unit = steps[step] ?? 'byte';
  const shown = amount / 1000 ** step;
  const digits = step > 0 && shown < 10 ? 1 : 0;
  return new Intl.NumberFormat(language(), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(shown);
}

/** `Nadia, Thomas and Léa`. */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}
