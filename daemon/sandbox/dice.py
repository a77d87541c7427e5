"""Chance that can be repeated: every draw of the sandbox comes from a generator seeded here."""

from random import Random


def dice_of(key: int | str) -> Random:
    """A generator whose draws depend on *key* alone."""
    return Random(key)  # noqa: S311 - reproducible test data, nothing secret


def weighted(pairs: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Each value repeated by its weight: one indexing is one draw."""
    return tuple(value for value, weight in pairs for _ in range(weight))
