"""Text that strangers typed, made safe to show on a terminal and to put into a spreadsheet."""

import re
import string
import unicodedata

# Terminal escapes as a whole (CSI, OSC, two-byte forms), so that no "[31m" is left behind once ESC is gone.
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]|\x9b[0-?]*[ -/]*[@-~]")
_SPACES = re.compile(r"[\s\u00a0\u2028\u2029]+")
_SUSPECT = re.compile(r"[^\x20-\x7e]")

# Controls, lone surrogates, private use, unassigned: nothing a name needs. Format characters (Cf) hold bidi overrides.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Cf"})
_ZERO_WIDTH_JOINER = "\u200d"  # holds one emoji of several together; alone it shows nothing

# Zalgo text stacks dozens of marks on one letter; no language needs more than a few.
_MAX_MARKS = 3

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """*text* on one line, without escapes, controls, direction overrides and stacked marks.

    Idempotent; plain ASCII comes back unchanged. Markup brackets stay: widgets must show text as text.
    """
    if not _SUSPECT.search(text):
        return text.strip() if "  " not in text else _SPACES.sub(" ", text).strip()
    kept = _without_marks_piled_up(_SPACES.sub(" ", _ESCAPES.sub("", text)))
    return _SPACES.sub(" ", kept).strip()


def _without_marks_piled_up(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in _DROPPED_CATEGORIES and char != _ZERO_WIDTH_JOINER:
            continue
        if char != _ZERO_WIDTH_JOINER:  # it joins what it stands between, so it starts no new letter
            marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)


# Of what makes one sign out of several, terminals differ in how many cells it takes. Taken apart they agree.
_JOINERS = {
    **dict.fromkeys((0x200D, 0xFE0E, 0xFE0F, 0x20E3, *range(0x1F3FB, 0x1F400))),
    **{0x1F1E6 + number: letter for number, letter in enumerate(string.ascii_uppercase)},
}


def steady(text: str) -> str:
    """Safe *text* with families, flags and skin tones taken apart: "🇩🇪" is DE. Columns stay where they are."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_JOINERS)


def csv_cell(text: str) -> str:
    """*text* made safe to show, and defused where a spreadsheet would take it for a formula."""
    shown = safe(text)
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown
