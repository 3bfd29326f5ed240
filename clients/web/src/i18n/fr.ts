// The French sentences, one file for each part of the screen. A no-break space stands before : ; ! ? and ».
import type { Catalogue } from './catalogue.ts';
import app from './fr/app.json';
import compose from './fr/compose.json';
import composer from './fr/composer.json';
import contact from './fr/contact.json';
import conversation from './fr/conversation.json';
import errors from './fr/errors.json';
import keys from './fr/keys.json';
import queue from './fr/queue.json';
import search from './fr/search.json';
import settings from './fr/settings.json';

export const fr: Catalogue = {
  ...app,
  ...compose,
  ...composer,
  ...contact,
  ...conversation,
  ...errors,
  ...keys,
  ...queue,
  ...search,
  ...settings,
};
