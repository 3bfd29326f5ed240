#!/usr/bin/env python3
"""Writes nfkd.txt: what each character comes apart into by NFKD, in hexadecimal, without Hangul syllables, whose
parts are computed. It is run by hand when a newer Unicode is wanted: python3 nfkd.py > nfkd.txt
"""

import sys
import unicodedata

HANGUL = range(0xAC00, 0xD7A4)
SURROGATES = range(0xD800, 0xE000)


def main() -> None:
    """Goes over every character once."""
    for code in range(sys.maxunicode + 1):
        if code in HANGUL or code in SURROGATES:
            continue
        apart = unicodedata.normalize("NFKD", chr(code))
        if apart != chr(code):
            print(f"{code:X}", *(f"{ord(part):X}" for part in apart))


main()
