"""The list a person is at into a file, whole."""

from functools import partial
from pathlib import Path

from common.errors import Invalid
from tui.cli.export import write
from tui.export.kinds import ExportFormat
from tui.linear.answer import Answer, yes_or_no
from tui.linear.place import Place, Room

_KINDS = {f".{kind.value}": kind for kind in ExportFormat}


async def exported(room: Room, place: Place, typed: str) -> Answer:
    """Its ending says how it is written. One that is there is replaced after a yes."""
    if place.rows(room) is None:
        raise Invalid("There is no list here to export.", remedy="Go to contacts, the inbox, products or a segment.")
    file = _path(typed)
    if file.suffix.lower() not in _KINDS:
        raise Invalid("Export into which file?", remedy=f"Say a name that ends in {', '.join(_KINDS)}.")
    work = partial(_written, room, place, file)
    if _is_there(file):
        return Answer([], yes_or_no(f"{file} is there already. Replace it?", work))
    return await work()


def _path(typed: str) -> Path:
    """Raises Invalid for a home folder that nobody has."""
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:
        raise Invalid(f"{typed} names a home folder that nobody has.") from error


def _is_there(file: Path) -> bool:
    return file.exists()


async def _written(room: Room, place: Place, file: Path) -> Answer:
    if (found := place.rows(room)) is not None:
        pages, sheet = found
        await write(pages, sheet, _KINDS[file.suffix.lower()], file)
    return Answer([f"The list is in {file}{', with nothing hidden' if room.is_masked else ''}."])
