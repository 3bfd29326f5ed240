// T1: fields are found once and in order, filled by the contact or by hand, and nothing blank goes out.
import { describe, expect, test } from 'vitest';
import type { SendPlan, Template } from '../../app/client.ts';
import { fillings, found, givenValues, missing } from '../choosing.ts';
import { fieldsOf, piecesOf, problemsOf, type TemplateForm } from '../writing.ts';

function template(name: string, more: Partial<Template> = {}): Template {
  const plain = {
    template_id: `tpl_${name}`,
    language: 'fr',
    body: 'Bonjour {{prénom}}',
    buttons: [],
    fields: ['prénom', 'date'],
  };
  return { ...plain, name, approval: 'none', status: 'active', seq: 1, ...more } as Template;
}

const plan = (fields: { name: string; value?: string; source: string }[]): SendPlan =>
  ({ template: { digest: 'd', fields } }) as unknown as SendPlan;

const form: TemplateForm = {
  name: 'Rendez-vous',
  language: 'fr',
  body: 'Bonjour {{prénom}}',
  header: '',
  footer: '',
  buttons: [],
  provider_name: '',
};

describe('choosing', () => {
  test('every word must stand somewhere, accents do not matter, the language on screen comes first', () => {
    const all = [
      template('Delivery', { language: 'en' }),
      template('Délivrance'),
      template('Retour', { status: 'deleted' }),
    ];
    expect(found(all, 'deliv bonjour', 'fr').map((one) => one.name)).toEqual(['Délivrance', 'Delivery']);
    expect(found(all, '', 'en').map((one) => one.name)).toEqual(['Delivery', 'Délivrance']);
    expect(found(all, 'retour', 'fr')).toEqual([]);
  });

  test('T1 the contact fills, a typed value wins, a blank one is missing', () => {
    const known = plan([
      { name: 'prénom', value: 'Zoé', source: 'contact' },
      { name: 'date', source: 'missing' },
    ]);
    const one = template('a');
    expect(missing(fillings(one, {}, known))).toEqual(['date']);
    expect(fillings(one, { prénom: 'Zo' }, known)[0]).toEqual({
      name: 'prénom',
      value: 'Zo',
      source: 'given',
    });
    expect(missing(fillings(one, { prénom: ' ', date: 'lundi' }, known))).toEqual(['prénom']);
    expect(givenValues({ prénom: '', date: 'lundi' })).toEqual({ date: 'lundi' });
  });
});

describe('writing', () => {
  test('fields stand once and in order; a value in braces is no field of a field', () => {
    expect(fieldsOf('{{b}} {{ a }} {{b}}', '{{c}}')).toEqual(['b', 'a', 'c']);
    expect(piecesOf('a {{b}}c')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'field', name: 'b' },
      { kind: 'text', text: 'c' },
    ]);
  });

  test('what the channels refuse is said while it is written', () => {
    expect(problemsOf(form)).toEqual([]);
    expect(problemsOf({ ...form, name: ' ', footer: 'x'.repeat(61) })).toEqual([
      { part: 'name', kind: 'empty' },
      { part: 'footer', kind: 'too_long', max: 60 },
    ]);
    expect(problemsOf({ ...form, body: 'a {{ }} b' })).toEqual([{ part: 'body', kind: 'field' }]);
    expect(problemsOf({ ...form, body: 'a {{b} c' })).toEqual([{ part: 'body', kind: 'field' }]);
  });

  test('a button leads where its kind says', () => {
    const buttons = [
      { kind: 'link', label: 'Voir', value: 'http://a.fr' },
      { kind: 'call', label: 'Appeler', value: '+33 1 23 45 67 89' },
      { kind: 'reply', label: 'x'.repeat(21), value: 'yes' },
    ] as TemplateForm['buttons'];
    expect(problemsOf({ ...form, buttons })).toEqual([
      { part: 'value', at: 0, kind: 'not_a_link' },
      { part: 'label', at: 2, kind: 'too_long', max: 20 },
    ]);
  });
});
