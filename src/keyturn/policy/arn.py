"""
Wildcards in ARNs, which keep to their part: in resources by one rule, in the operators for ARNs by another.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html ("Wildcards in resource ARNs"),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html ("ARN condition operators").
"""

from __future__ import annotations

from functools import lru_cache

from keyturn.policy.match import Glob, Tokens, Wild, plain


class ConfinedGlob:
    """
    A pattern of an ARN in whose first five segments a wildcard stands before other text: that one stays within its segment.

    A `*` that ends its segment may run on past the colon, as IAM documents. All places in the pattern are kept at once, as the bits
    of a number, so the work is one step for each character of the text.
    """

    __slots__ = ("_any", "_any_past_colon", "_literal", "_one", "_one_past_colon", "_whole")

    def __init__(self, pattern: Tokens) -> None:
        flat = [each for token in pattern for each in (token if isinstance(token, str) else (token,))]
        self._literal: dict[str, int] = {}
        self._any = self._any_past_colon = self._one = self._one_past_colon = 0
        colons = 0
        for place, each in enumerate(flat):
            bit = 1 << place
            ends_segment = place + 1 == len(flat) or flat[place + 1] == ":"
            if each is Wild.ANY:
                self._any |= bit
                if colons >= 5 or ends_segment:
                    self._any_past_colon |= bit
            elif each is Wild.ONE:
                self._one |= bit
                if colons >= 5:
                    self._one_past_colon |= bit
            else:
                assert isinstance(each, str)
                colons += each == ":"
                self._literal[each] = self._literal.get(each, 0) | bit
        self._whole = 1 << len(flat)

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this pattern."""
        places = self._skip(1)
        for character in text:
            stay, step = (self._any_past_colon, self._one_past_colon) if character == ":" else (self._any, self._one)
            places = self._skip((places & stay) | (places & (step | self._literal.get(character, 0))) << 1)
            if not places:
                return False
        return bool(places & self._whole)

    def _skip(self, places: int) -> int:
        """Also the places reached when a `*` stands for nothing."""
        reached = places | (places & self._any) << 1
        while reached != places:
            places, reached = reached, reached | (reached & self._any) << 1
        return reached


@lru_cache(maxsize=4096)
def resource_glob(pattern: Tokens) -> Glob | ConfinedGlob:
    """The pattern of a Resource element, by the rules for ARNs."""
    segments = plain(pattern).split(":", 5)[:5]
    confined = any("?" in segment or "*" in segment[:-1] for segment in segments)
    return ConfinedGlob(pattern) if confined and plain(pattern).startswith("arn:") else Glob(pattern)


def begins_with_five_parts(pattern: Tokens) -> bool:
    """Whether the first five parts of an ARN's pattern are literal, so that it need not be matched part by part."""
    return bool(pattern) and isinstance(pattern[0], str) and pattern[0].count(":") >= 5


class ArnGlob:
    """A pattern of the ARN operators: each of the six parts is matched by itself."""

    __slots__ = ("_exact", "_globs", "_whole")

    def __init__(self, pattern: Tokens) -> None:
        parts: list[list[str | Wild]] = [[]]
        for token in pattern:
            if isinstance(token, str):
                first, *rest = token.split(":", 6 - len(parts))
                parts[-1].append(first)
                parts += [[each] for each in rest]
            else:
                parts[-1].append(token)
        wild = {place for place, part in enumerate(parts) if Wild.ANY in part or Wild.ONE in part}
        self._whole = len(parts) == 6
        self._exact = tuple((place, "".join(map(str, part))) for place, part in enumerate(parts) if place not in wild)
        self._globs = tuple((place, Glob(tuple(each for each in parts[place] if each))) for place in sorted(wild))

    def matches(self, arn: str) -> bool:
        """Whether an ARN is of this pattern; what is no ARN is of none."""
        parts = arn.split(":", 5)
        if len(parts) != 6 or not self._whole:
            return False
        if any(parts[place] != text for place, text in self._exact):
            return False
        return all(glob.matches(parts[place]) for place, glob in self._globs)
