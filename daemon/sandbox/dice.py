"""Chance that can be repeated: every draw of the sandbox comes from a generator seeded here."""

from random import Random


def dice_of(key: int | str) -> Random:
    """A generator whose draws depend on *key* alone."""
    return Random(key)  # noqa: S311 - reproducible test data, nothing secret
