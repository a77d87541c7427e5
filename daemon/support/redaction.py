"""Takes out of a text whatever says who somebody is or opens a door: the one gate that all of a bundle passes."""

import re
from collections.abc import Iterable
from pathlib import Path

_EMAIL = re.compile(r"[^\s\"'<>=,;:()]+@[^\s\"'<>=,;:()]+")
# With a plus, or in groups; a date is no phone number.
_PHONE = re.compile(
    r"(?<![\w.:-])(?:\+\d[\d ()/.-]{6,}\d|(?!\d{4}-\d\d-\d\d)\(?\d{2,5}\)?[ /-][\d ()/-]{4,}\d)(?![\w.:-])"
)
_QUOTED = re.compile(r"'[^'\n]{1,200}'|“[^”\n]{1,200}”")
# Fernet tokens, our hook keys, BigCommerce's tokens: long runs without a break, with digits in them.
_TOKEN = re.compile(r"(?<![\w/-])(?=[\w-]*\d)[A-Za-z0-9_=-]{28,}(?![\w/-])")
_SHORT = 4

# What a store said to a request of ours, as our errors tell it; and what a model was given, as its errors tell it.
_SAID = re.compile(r"(answered \d+(?: to \S+ \S+)?) \(.*\)")
_GIVEN = re.compile(r"input_value=.*?(?=, input_type=)|input_value=.*")


def discreet(text: str) -> str:
    """*text* without addresses, what a store said and what a model was given: fit for a log."""
    return _EMAIL.sub("(email)", _GIVEN.sub("input_value=…", _SAID.sub(r"\1", text)))


def unquoted(text: str) -> str:
    """A discreet error, of which also what it quotes is left out: a payload's values stand there."""
    return _QUOTED.sub("'…'", discreet(text))


class Redaction:
    """*names* are stores' names and domains; *hashes* are cut to their beginning, so that they can be told apart."""

    def __init__(self, *, names: Iterable[str], hashes: Iterable[str], secrets: Iterable[str]) -> None:
        self._cuts = {one: f"{one[:_SHORT]}…" for one in hashes}
        self._cuts |= {one: "(name)" for one in names if len(one) > 1}
        self._cuts |= {one: "(secret)" for one in secrets if len(one) > 3}
        home = str(Path.home())
        if home not in ("/", "/root"):
            self._cuts[home] = "~"

    def of(self, text: str) -> str:
        """*text* with names, addresses, numbers and secrets of people and stores replaced."""
        for known in sorted(self._cuts, key=len, reverse=True):
            text = text.replace(known, self._cuts[known])
        text = _EMAIL.sub("(email)", text)
        text = _TOKEN.sub("(token)", text)
        return _PHONE.sub("(number)", text)

    def of_error(self, text: str) -> str:
        """*text*, of which also what it quotes goes: a store's own words may stand there."""
        return self.of(unquoted(text))
