"""What is left of a fault of our own: a file for who mends it, a sentence for who met it."""

import traceback
from pathlib import Path

_NAME = "ui-fault.txt"


def crash_message(error: BaseException | None, folder: Path) -> str:
    """A sentence about *error*; where it happened, without any value, is kept in *folder*."""
    what = type(error).__name__ if error else "unknown"
    said = f"The terminal UI met a fault of its own ({what}) and stopped. The daemon goes on; nothing is lost."
    if error and (file := _kept(error, folder)):
        return f"{said} Please report it with {file}."
    return said


def _kept(error: BaseException, folder: Path) -> Path | None:
    file = folder / _NAME
    where = "".join(traceback.format_tb(error.__traceback__))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{where}{type(error).__name__}\n", encoding="utf-8")
    except OSError:
        return None
    return file
