// Saved people and their addresses (PROTOCOL.md, section 11).

import type { ContactId, Seq } from './ids.js';

/** What kind of address a channel knows somebody by. */
export type AddressKind = 'e164' | 'bsuid' | 'rcs';

/** Where somebody is reached. A number is `+` and digits in every answer. */
export interface Address {
  readonly kind: AddressKind;
  readonly value: string;
}

/** What is known of a person. */
export interface ContactCard {
  readonly name: string;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly addresses: readonly Address[];
}

/** A saved person; `seq` is its version. */
export interface Contact {
  readonly contact_id: ContactId;
  /** Null once erased. */
  readonly card: ContactCard | null;
  readonly seq: Seq;
}

/** A contact as a row shows it. */
export interface ContactRef {
  readonly contact_id: ContactId;
  readonly name: string;
  readonly seq: Seq;
}
