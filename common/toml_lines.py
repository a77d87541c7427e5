"""Where something stands in a TOML file: for errors that name the line to mend."""

import re
from pathlib import Path


def line_of(place: tuple[str | int, ...], file: Path) -> int | None:
    """The line (from 1) of the key *place*, or of its section when it is one the file does not spell out.

    ("public", "listen") is found as `listen =` below `[public]` and as `public.listen =` on top. None = nowhere.
    """
    *sections, key = (str(part) for part in place)
    section, found = "", None
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if heading := re.fullmatch(r"\s*\[([^\[\]]+)\]\s*(#.*)?", line):
            section = heading[1].strip()
            if section == ".".join((*sections, key)):
                return number
        elif re.match(rf"\s*{re.escape('.'.join((*sections, key)))}\s*=", line) and not section:
            return number
        elif section == ".".join(sections) and re.match(rf'\s*"?{re.escape(key)}"?\s*=', line):
            found = found or number
    return found
