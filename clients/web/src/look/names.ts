// What somebody is called on screen: the saved name, else what they call themselves, else their number.
import type { Address, Row } from '../app/client.ts';
import { t } from '../i18n/index.ts';
import { phone } from '../i18n/phone.ts';

type Named = {
  readonly contact?: { readonly name: string };
  readonly profile_name?: string | null;
  readonly address: Address | null;
};

/** The name of a row. */
export function nameOf(row: Named | Row): string {
  if (row.contact) return row.contact.name;
  if (row.profile_name) return `~${row.profile_name}`;
  return row.address ? addressOf(row.address) : t('app.erased_person');
}

/** An address as people read it. */
export function addressOf(address: Address): string {
  return address.kind === 'e164' ? phone(address.value) : address.value;
}

/** What the kinds of channels call themselves, in every language. */
export const channelNames = { sms: 'SMS', rcs: 'RCS', whatsapp: 'WhatsApp' } as const;
