// When a message may be scheduled for: what the fields of date and time say, what the bounds are, and the
// moments offered with one click. It reads no clock: the time is an argument.

export const scheduleMinMs = 60_000;
export const scheduleMaxMs = 365 * 24 * 60 * 60_000;

const morningHour = 9;

export type Choice = { at: Date } | { problem: 'missing' | 'too_soon' | 'too_late' };

/** What a `datetime-local` field says, in the agent's own time zone. */
export function choose(local: string, now: number): Choice {
  const at = new Date(local);
  if (local === '' || Number.isNaN(at.getTime())) return { problem: 'missing' };
  if (at.getTime() < now + scheduleMinMs) return { problem: 'too_soon' };
  return at.getTime() > now + scheduleMaxMs ? { problem: 'too_late' } : { at };
}

/** The writing of a moment that a `datetime-local` field takes. */
export function localWriting(at: Date): string {
  const two = (count: number): string => String(count).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export interface Offer {
  name: 'in_an_hour' | 'this_evening' | 'tomorrow_morning' | 'monday_morning';
  at: Date;
}

export function offers(now: Date): Offer[] {
  const all: Offer[] = [
    { name: 'in_an_hour', at: new Date(now.getTime() + 60 * 60_000) },
    { name: 'this_evening', at: at(now, 0, 18) },
    { name: 'tomorrow_morning', at: at(now, 1, morningHour) },
    { name: 'monday_morning', at: at(now, daysToMonday(now), morningHour) },
  ];
  const late = now.getTime() + 2 * 60 * 60_000;
  return all.filter((offer, place) => keeps(offer, place, late, now));
}

function keeps(offer: Offer, place: number, late: number, now: Date): boolean {
  if (offer.name === 'this_evening') return offer.at.getTime() > late;
  return !(offer.name === 'monday_morning' && place > 0 && daysToMonday(now) === 1);
}

function at(now: Date, days: number, hour: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, 0, 0, 0);
}

function daysToMonday(now: Date): number {
  return (8 - now.getDay()) % 7 || 7;
}
