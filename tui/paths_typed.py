"""Paths as one types them: completed from what is on the disk."""

import asyncio
import os
from pathlib import Path

from textual.suggester import Suggester


class PathSuggester(Suggester):
    """Suggests the first file or folder whose name begins with what is typed; folders end in a slash."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(completed, value)


def completed(typed: str) -> str | None:
    """*typed* with the rest of the name it begins; None when there is no such file, or nothing is left to add."""
    folder, _, beginning = typed.rpartition("/")
    place = Path(f"{folder}/" if "/" in typed else ".").expanduser()
    try:
        with os.scandir(place) as found:
            names = sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in found)
    except (OSError, ValueError, RuntimeError):
        return None
    is_hidden = beginning.startswith(".")
    fitting = (name for name in names if name.startswith(beginning) and (is_hidden or not name.startswith(".")))
    name = next(fitting, None) if beginning else None
    return None if name is None or name == beginning else f"{typed[: len(typed) - len(beginning)]}{name}"
