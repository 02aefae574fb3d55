"""What a word that nobody knows was meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def resembling(word: str, words: Iterable[str], least: float = 0.6) -> str:
    """
    The one of some words that is most like another; empty where none is.

    Args:
        least: How much alike it has to be, from 0 to 1.
    """
    from difflib import get_close_matches  # not before it is needed: most input has no such word

    return next(iter(get_close_matches(word, list(words), 1, least)), "")
