// What a store lacks, as questions for whoever can ask them. It asks nobody.

import type { ContactId, ConversationId, Seq, View } from '../frames.js';

/** A question whose answer the store wants. */
export type Wish =
  | { readonly kind: 'page'; readonly key: string; readonly view: View; readonly after?: string }
  | { readonly kind: 'rows'; readonly ids: readonly ConversationId[] }
  | { readonly kind: 'timeline'; readonly id: ConversationId; readonly before?: Seq }
  | { readonly kind: 'contact'; readonly id: ContactId };

/** The same text for wishes of which one at a time is asked. */
export function wishKey(wish: Wish): string {
  switch (wish.kind) {
    case 'page':
      return `page ${wish.key}`;
    case 'rows':
      return 'rows';
    case 'timeline':
      return `timeline ${wish.id}`;
    case 'contact':
      return `contact ${wish.id}`;
  }
}
