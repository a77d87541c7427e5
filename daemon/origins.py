"""Where the value of each setting comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.daemon_settings import Source
from common.toml_lines import line_of

Place = tuple[str, ...]
"""A setting by its section and name, such as ("public", "listen")."""


@dataclass(frozen=True, slots=True)
class Origin:
    """*line* is the file's; None where it comes from elsewhere."""

    source: Source
    line: int | None = None


_DEFAULT = Origin(Source.DEFAULT)


@dataclass(frozen=True, slots=True)
class Origins:
    """*file* is the configuration that was read; None = none. What is not among *places* is at its default."""

    file: Path | None = None
    places: Mapping[Place, Origin] = field(default_factory=dict)

    def of(self, place: Place) -> Origin:
        return self.places.get(place, _DEFAULT)


def origins_of(
    file: Path | None, in_file: Mapping[str, Any], credentials: Mapping[str, Any], variables: Mapping[Place, str],
    arguments: Mapping[str, Any],
) -> Origins:  # fmt: skip
    """What each of the sources sets, the weakest first; a later one wins. *variables* are those that are set."""
    places = {place: Origin(Source.FILE, line_of(place, file) if file else None) for place in _places(in_file)}
    places |= {place: Origin(Source.CREDENTIALS) for place in _places(credentials)}
    places |= {place: Origin(Source.ENVIRONMENT) for place in variables}
    places |= {place: Origin(Source.ARGUMENT) for place in _places(arguments)}
    return Origins(file, places)


def _places(given: Mapping[str, Any]) -> list[Place]:
    """Every setting in *given*, which holds sections as mappings."""
    found: list[Place] = []
    for name, value in given.items():
        found += [(name, inner) for inner in value] if isinstance(value, Mapping) else [(name,)]
    return found
