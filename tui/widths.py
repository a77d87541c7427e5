"""Text of scripts on whose width terminals do not agree, written so that what follows it stays in its column."""

import re

from rich.cells import cell_len

# Where a sign takes a cell of its own in one terminal, none in the next, and another in a third: vowel signs written
# beside their letter (Devanagari, Tamil, Khmer, ...), the parts of Korean syllables, signs younger than a terminal.
_DISPUTED = re.compile(
    "[\u0900-\u0dff\u0f00-\u109f\u1100-\u11ff\u1700-\u1cff\u302e\u302f\ua800-\uabff\ud7b0-\ud7ff"
    "\U00011000-\U00011fff\U00016f00-\U00016fff\U0001d100-\U0001d1ff\U0001f000-\U0001faff]"
)
_WORD = r"[^\x00-\x20\x7f\u2500-\u259f]+"  # a column ends at two blanks, and at a frame or a bar
_ESCAPE_OR_PHRASE = re.compile(
    rf"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)|(?P<text>{_WORD}(?: {_WORD})*)(?P<room> *)"
)
_SAVE, _RESTORE = "\x1b7", "\x1b8"


def held_in_place(written: str) -> str:
    """*written*, for a terminal, with each phrase of such text put over blanks of the width it is counted as.

    The cursor then goes on from the end of the blanks, wherever the terminal thinks that the text has ended. The blanks
    that follow it, but the last, are room for it to be wider.
    """
    if written.isascii() or not _DISPUTED.search(written):
        return written
    return _ESCAPE_OR_PHRASE.sub(_over_blanks, written)


def _over_blanks(part: re.Match[str]) -> str:
    text, room = part["text"], part["room"]
    if text is None or not _DISPUTED.search(text):
        return part[0]
    cells = cell_len(text) + len(room[1:])
    forward = f"\x1b[{cells}C" if cells else ""
    return f"{_SAVE}{' ' * cells}{_RESTORE}{text}{_RESTORE}{forward}{room[:1]}"
