"""What every Parloir client does alike with texts (PROTOCOL.md, sections 18 to 20). It asks no server.

Folding and words, parts of phone numbers, the text of a search with the place of a mistake, what to mark of what was
found, what an SMS costs, texts with fields.
"""

from .filter import FilterKind, Qualifier, qualifier_named
from .fold import fold
from .folded import Folded
from .mark import Piece, marked_in, pieces
from .number import Form, Fragment, calling_code_digits, national
from .problem import Problem, Reason, SearchTextError
from .search import Filter, Number, Phrase, SearchText, Term, Word, parse_search
from .segments import Encoding, Replacing, Segments, fitted, segments
from .template import Missing, Text, field_key, fields, fill, has_loose_braces
from .words import Fit, Words, joined, label, words

__all__ = [
    "Encoding",
    "Filter",
    "FilterKind",
    "Fit",
    "Folded",
    "Form",
    "Fragment",
    "Missing",
    "Number",
    "Phrase",
    "Piece",
    "Problem",
    "Qualifier",
    "Reason",
    "Replacing",
    "SearchText",
    "SearchTextError",
    "Segments",
    "Term",
    "Text",
    "Word",
    "Words",
    "calling_code_digits",
    "field_key",
    "fields",
    "fill",
    "fitted",
    "fold",
    "has_loose_braces",
    "joined",
    "label",
    "marked_in",
    "national",
    "parse_search",
    "pieces",
    "qualifier_named",
    "segments",
    "words",
]
