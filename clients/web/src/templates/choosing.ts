// Finding a template and filling its fields: what a search word keeps, what is still missing, and the values
// that go with the send. It never substitutes by itself: the text that goes is the server's plan.
import type { FieldPlan, SendPlan, Template } from '../app/client.ts';

/** Active templates that hold every word, those of the language first, then by name. */
export function found(templates: readonly Template[], typed: string, language: string): Template[] {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  const holds = (template: Template): boolean => {
    const text = folded(`${template.name} ${template.body} ${template.header ?? ''}`);
    return words.every((word) => text.includes(word));
  };
  const rank = (template: Template): number =>
    (words[0] !== undefined && folded(template.name).startsWith(words[0]) ? 0 : 2) +
    (template.language.startsWith(language) ? 0 : 1);
  return templates
    .filter((template) => template.status === 'active' && holds(template))
    .sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** Whether a template may go where only approved ones do. */
export function isApproved(template: Template): boolean {
  return template.approval === 'approved';
}

export type Filling = { name: string; value: string; source: 'contact' | 'given' | 'missing' };

/** The fields as the screen shows them: typed values first, then what the contact gives. */
export function fillings(
  template: Template,
  values: Record<string, string>,
  plan: SendPlan | undefined,
): Filling[] {
  const planned = new Map(
    (plan?.template?.fields ?? []).map((field): [string, FieldPlan] => [field.name, field]),
  );
  return template.fields.map((name) => {
    const typed = values[name];
    if (typed !== undefined && typed.trim() !== '') return { name, value: typed, source: 'given' };
    const known = typed === undefined ? planned.get(name) : undefined;
    if (known?.source === 'contact') return { name, value: known.value ?? '', source: 'contact' };
    return { name, value: typed ?? '', source: 'missing' };
  });
}

export function missing(filled: readonly Filling[]): string[] {
  return filled.filter((field) => field.source === 'missing').map((field) => field.name);
}

/** Only what was typed: what the contact gives is the server's to fill. */
export function givenValues(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
