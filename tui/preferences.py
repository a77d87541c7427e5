"""What a person prefers in the terminal UI: ui.toml < environment < arguments."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from common.errors import Invalid
from common.paths import ui_config_file
from common.toml_lines import line_of

PREFIX = "COUNTERFOIL_UI__"


class ThemeName(StrEnum):
    """The looks there are; `auto` takes the one that fits what the terminal says of itself."""

    AUTO = "auto"
    DARK = "dark"
    LIGHT = "light"
    CONTRAST = "contrast"
    SIXTEEN = "16"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where values come from, by name; preferences are the same wherever they come from."""

    by_name: Mapping[str, str] = field(default_factory=dict, compare=False)


class Preferences(BaseModel):
    """How the terminal UI looks and works for one person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: ThemeName = Field(
        default=ThemeName.AUTO, description="auto, dark, light, contrast, 16 (the terminal's own colours) or none"
    )
    low_bandwidth: bool = Field(default=False, description="nothing moves by itself more often than every five seconds")
    linear: bool = Field(default=False, description="plain lines and words instead of painted screens")
    masked: bool = Field(default=False, description="names, emails and phones are masked from the start")
    keys: dict[str, str] = Field(default_factory=dict, description='other keys by their id, as refresh = "f5,ctrl+r"')
    _sources: _Sources = PrivateAttr(default_factory=_Sources)

    def source(self, name: str) -> str:
        """Where the value of *name* comes from: "environment", "ui.toml, line 3", "argument" or "default"."""
        return self._sources.by_name.get(name, "default")


def load_preferences(file: Path | None = None, **arguments: Any) -> Preferences:
    """The preferences in force. *file* None = ui.toml in the person's configuration folder, if there is one.

    Raises Invalid that names the file and line, or the environment variable, and what is wrong there.
    """
    file = file or ui_config_file()
    given = {name: value for name, value in arguments.items() if value is not None}
    in_file, variables = _read(file), _environment()
    try:
        prefers = Preferences(**(in_file | variables | given))
    except ValidationError as error:
        raise _explained(error, file) from None
    places = {name: f"{file.name}, line {line_of((name,), file)}" for name in in_file}
    places |= dict.fromkeys(variables, "environment") | dict.fromkeys(given, "argument")
    prefers._sources = _Sources(places)
    return prefers


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Invalid(
            f"{file} cannot be read: {error.strerror}.", remedy="Mend its permissions, or move it away."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} is not valid TOML: {error}.", remedy="Mend that line.") from error


def _environment() -> dict[str, str]:
    """What COUNTERFOIL_UI__THEME and its like say; one that is set to nothing is not set."""
    named = {name.removeprefix(PREFIX).lower(): value for name, value in os.environ.items() if name.startswith(PREFIX)}
    return {name: value for name, value in named.items() if value}


def _explained(error: ValidationError, file: Path) -> Invalid:
    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    where = _where(first["loc"], file)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, Preferences.model_fields, n=1, cutoff=0.5)
        known = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(Preferences.model_fields)}."
        return Invalid(f"{where}: {name} is no preference of the terminal UI.", remedy=known)
    reason = first["msg"].removeprefix("Value error, ")
    return Invalid(f"{where}: {name} is wrong: {reason}.", remedy=f"It is: {_meaning(str(first['loc'][0]))}.")


def _meaning(name: str) -> str:
    return Preferences.model_fields[name].description or name


def _where(place: tuple[str | int, ...], file: Path) -> str:
    """The environment variable or the file's line that set *place*."""
    variable = PREFIX + str(place[0]).upper()
    if os.environ.get(variable):
        return f"Environment variable {variable}"
    if file.exists() and (line := line_of(place, file)):
        return f"{file}, line {line}"
    return "Arguments"
