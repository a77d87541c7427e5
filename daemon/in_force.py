"""What every setting is, and where it comes from: for the operator, who must never see a secret."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from common.daemon_settings import SettingGroup, SettingInForce, SettingsInForce
from daemon.settings import Section, Settings, variable_name

_TOP = "daemon"
_TITLES = {_TOP: "Daemon", "public": "Public listener", "bigcommerce": "BigCommerce"}


def in_force(settings: Settings, *, waiting: Mapping[str, str] = MappingProxyType({})) -> SettingsInForce:
    """All settings by section, those without one first. *waiting* are the values a restart will bring, by name."""
    plain = [name for name in Settings.model_fields if not isinstance(getattr(settings, name), Section)]
    top = [_setting(settings, (name,), getattr(settings, name), Settings.model_fields[name]) for name in plain]
    groups = [SettingGroup(name=_TOP, title=_TITLES[_TOP], help="", settings=top)]
    file = settings.origins.file
    told = [_with_what_waits(group, waiting) for group in (*groups, *_sections(settings))]
    return SettingsInForce(file=str(file) if file else "", groups=told)


def _with_what_waits(group: SettingGroup, waiting: Mapping[str, str]) -> SettingGroup:
    marked = [
        one.model_copy(update={"waits": True, "wanted": waiting[one.name]}) if one.name in waiting else one
        for one in group.settings
    ]
    return group.model_copy(update={"settings": marked})


def _sections(settings: Settings) -> Iterator[SettingGroup]:
    for name in Settings.model_fields:
        section = getattr(settings, name)
        if isinstance(section, Section):
            yield SettingGroup(
                name=name,
                title=_TITLES.get(name, name.capitalize()),
                help=type(section).__doc__ or "",
                settings=[
                    _setting(settings, (name, inner), getattr(section, inner), field)
                    for inner, field in type(section).model_fields.items()
                ],
            )


def _setting(settings: Settings, place: tuple[str, ...], value: Any, field: FieldInfo) -> SettingInForce:
    if place == ("socket",):
        value = settings.socket_path  # where it is, also when nobody said so
    if place == ("backup", "dir"):
        value = settings.backup_dir
    is_secret = isinstance(value, SecretStr)
    origin = settings.origins.of(place)
    return SettingInForce(
        name=".".join(place),
        value="" if is_secret else str(value),
        is_set=bool(value.get_secret_value()) if isinstance(value, SecretStr) else str(value) != "",
        is_secret=is_secret,
        source=origin.source,
        line=origin.line,
        variable=variable_name(place),
        help=field.description or "",
    )
