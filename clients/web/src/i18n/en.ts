// The English sentences, one file for each part of the screen.
import app from './en/app.json';
import compose from './en/compose.json';
import composer from './en/composer.json';
import contact from './en/contact.json';
import conversation from './en/conversation.json';
import errors from './en/errors.json';
import keys from './en/keys.json';
import queue from './en/queue.json';
import search from './en/search.json';
import settings from './en/settings.json';

export const en = {
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
