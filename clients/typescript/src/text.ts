// Texts as people write them: folding, words, numbers, searches, what a text costs, templates. Every SDK gives the
// same answers; the vectors in fixtures/text say which.

export { type FilterKind, QUALIFIERS, type Qualifier, type Wanted } from './text/filter.js';
export { fold } from './text/fold.js';
export { Folded } from './text/folded.js';
export { markedIn, type Piece, pieces } from './text/mark.js';
export { callingCodeDigits, type Form, FRAGMENT_DIGITS_MAX, Fragment, national } from './text/number.js';
export { type Problem, SearchTextError } from './text/problem.js';
export type { Filter, SearchText, Term } from './text/search.js';
export { parseSearch, SEARCH_CHARS_MAX, SEARCH_FILTERS_MAX, SEARCH_TERMS_MAX } from './text/search.js';
export {
  COSTLY_MAX,
  type Encoding,
  fitted,
  type Replacing,
  type Segments,
  segments,
} from './text/segments.js';
export { FIELD_CHARS_MAX, type Filled, fieldKey, fields, fill, hasLooseBraces } from './text/template.js';
export { type Fit, label, Words, words } from './text/words.js';
