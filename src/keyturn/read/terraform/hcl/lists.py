"""Terraform's functions of lists and maps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError, TooMuch
from keyturn.read.terraform.hcl.values import MOST_PARTS, Raw, alike, exact, number, same, text

MOST_PRODUCT = 10_000
"""How many combinations a product of lists may have."""


def concat(*lists: list[Raw]) -> list[Raw]:
    return [item for each in lists for item in (each if isinstance(each, list) else [each])]


def flatten(items: list[Raw]) -> list[Raw]:
    flat: list[Raw] = []
    _flatten(items, flat, [MOST_PARTS])
    return flat


def _flatten(items: list[Raw], flat: list[Raw], left: list[int]) -> None:
    left[0] -= 1
    if left[0] < 0:
        raise HclError(f"a value of more than {MOST_PARTS:,} parts")
    for item in items:
        if isinstance(item, list):
            _flatten(item, flat, left)
        else:
            flat.append(item)


def merge(*maps: Mapping[str, Raw] | None) -> dict[str, Raw]:
    merged: dict[str, Raw] = {}
    for each in maps:
        if isinstance(each, Mapping):
            merged.update(each)
        elif each is not None:
            raise HclError("one of the objects is not known")
    return merged


def coalesce(*values: Raw) -> Raw:
    return next((value for value in alike(list(values)) if value not in (None, "")), None)


def distinct(items: list[Raw]) -> list[Raw]:
    kept: list[Raw] = []
    for item in alike(items):
        if not any(same(item, each) and (item == each or plain(str(item)) != "unknown") for each in kept):
            kept.append(item)
    return kept


def unique(items: list[Raw]) -> list[Raw]:
    kept = distinct(items)
    return sorted(kept, key=plain) if all(isinstance(item, str) for item in kept) else kept


def lookup(mapping: Mapping[str, Raw], key: str, *default: Raw) -> Raw:
    if isinstance(mapping, Mapping) and plain(key) in mapping:
        return mapping[plain(key)]
    if not default:
        raise HclError(f"there is no `{key}` in it")
    return default[0]


def element(items: list[Raw], index: Raw) -> Raw:
    if number(index) < 0:
        raise TooMuch("what a negative index gives depends on the version of Terraform")
    return items[int(number(index)) % len(items)]


def numbered(*bounds: Raw) -> list[int | float]:
    first, last, *given = [number(each) for each in ((0, *bounds) if len(bounds) == 1 else bounds)]
    step = given[0] if given else (1 if first <= last else -1)
    if step == 0 or (last - first) * step < 0:
        raise HclError("steps that do not lead there")
    count = math.ceil((last - first) / step)
    if count > 1024:
        raise HclError("more than 1024 values")
    return [exact(first + index * step) for index in range(count)]


def position(items: list[Raw], value: Raw) -> int:
    found = next((index for index, item in enumerate(items) if same(item, value)), None)
    if found is None:
        raise HclError("it is not in the list")
    return found


def chunks(items: list[Raw], size: Raw) -> list[list[Raw]]:
    count = int(number(size)) or max(len(items), 1)
    return [items[start : start + count] for start in range(0, len(items), count)]


def product(*given: list[Raw]) -> list[Raw]:
    if math.prod(map(len, given)) > MOST_PRODUCT:
        raise TooMuch(f"more than {MOST_PRODUCT:,} combinations")
    return [list(each) for each in itertools.product(*given)]


def transposed(mapping: Mapping[str, list[Raw]]) -> dict[str, list[Raw]]:
    made: dict[str, list[Raw]] = {}
    for key in sorted(mapping):
        for value in mapping[key]:
            made.setdefault(plain(value), []).append(key)
    return dict(sorted(made.items()))


def sliced(items: list[Raw], start: Raw, end: Raw) -> list[Raw]:
    return items[int(number(start)) : int(number(end))]


def ordered(items: list[Raw]) -> list[Raw]:
    return sorted((text(item) for item in items), key=plain)


def only(items: list[Raw]) -> Raw:
    if len(items) > 1:
        raise HclError("more than one")
    return items[0] if items else None


def matching(values: list[Raw], keys: list[Raw], searched: list[Raw]) -> list[Raw]:
    return [value for value, key in zip(values, keys, strict=True) if any(_alike(key, wanted) for wanted in searched)]


def _alike(one: Raw, other: Raw) -> bool:
    """Whether two keys are equal once they are of one type."""
    try:
        return plain(text(one)) == plain(text(other))
    except HclError:
        return same(one, other)


def of_csv(text: str) -> list[dict[str, str]]:
    import csv
    import io

    try:
        return [dict(row) for row in csv.DictReader(io.StringIO(text), strict=True)]
    except csv.Error as error:
        raise HclError(f"not CSV: {error}") from None
