"""Saved segments as text files: one each, with the version of the language, the name and the rule."""

import hashlib
import re

from common.errors import Invalid
from common.segments.rules import VERSION
from common.text import safe

SUFFIX = ".segment"

_HEAD = "# counterfoil segment, version "
_NAME = "# name: "

# A file system takes 255 bytes a name, of which an @ or an é may take several.
_LONGEST = 60


def file_of(name: str, rule: str) -> str:
    """What stands in the file of the segment *name* with the rule's text *rule*."""
    return f"{_HEAD}{VERSION}\n{_NAME}{name}\n{rule}\n"


def segment_in(text: str, file_name: str) -> tuple[str, str]:
    """Name and rule of the file of that name. A file somebody wrote by hand may go without its first lines; the segment
    is then called like the file.

    Raises Invalid for a file of a newer version than this program knows.
    """
    first, _, rest = text.partition("\n")
    if not first.startswith(_HEAD):
        return file_name.removesuffix(SUFFIX), text
    version = first.removeprefix(_HEAD).strip()
    if not version.isdecimal() or int(version) > VERSION:
        raise Invalid(
            f"{safe(file_name)} has version {safe(version)}; this Counterfoil reads segments up to version {VERSION}.",
            remedy="Upgrade Counterfoil.",
        )
    second, _, rule = rest.partition("\n")
    if not second.startswith(_NAME):
        return file_name.removesuffix(SUFFIX), rest
    return second.removeprefix(_NAME).strip(), rule


def file_name_of(name: str) -> str:
    """A name that every file system takes and no shell stumbles over; different for different segments."""
    plain = re.sub(r"[^\w .,+-]+", "_", name).strip(" .-")[:_LONGEST]
    if plain == name:
        return f"{name}{SUFFIX}"
    return f"{plain or 'segment'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}{SUFFIX}"
