"""The settings of one store, as data: what may be set, to what, and what it does."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from common.errors import Invalid
from common.statuses import STORE_STATUSES, Status
from common.wire import Query, Wire

ON, OFF = "on", "off"
NO_DATE = "none"

_SPELLED = {"true": ON, "yes": ON, "1": ON, "false": OFF, "no": OFF, "0": OFF}


@dataclass(frozen=True, slots=True)
class Setting:
    """*choices* empty = a date like 2024-01-31, or none."""

    name: str
    default: str
    choices: tuple[str, ...]
    help: str


SYNC_GUESTS = Setting(
    "sync_guests",
    OFF,
    (ON, OFF),
    "Orders of guests are kept, and their buyers are contacts tagged bigcommerce-guest. Turning it on starts a "
    "historical run; turning it off erases guests' orders, and contacts known by nothing else",
)
FOLLOW_RENAME = Setting(
    "lists.follow_rename",
    OFF,
    (ON, OFF),
    "Who accepts marketing joins the Master Contact List also after it was renamed",
)
DISPLAY_CONSENT = Setting(
    "display.consent",
    OFF,
    (ON, OFF),
    "Whether they accept marketing is shown on the contact, with when and how it came",
)
CREATED_ON = Setting(
    "account.created_on",
    NO_DATE,
    (),
    "When your account began; one from before 2024-01-08 has nobody join the Master Contact List",
)
MARKETING_SIGNAL = Setting(
    "marketing.signal",
    "newsletter",
    ("newsletter", "review_mail"),
    "What counts as accepting marketing: the newsletter subscription, or the consent to review and cart mail",
)

_MAPPED = tuple(str(status) for status in Status if status not in (Status.ABANDONED, Status.RECOVERED))
STATUS_PREFIX = "status."

SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        setting.name: setting
        for setting in (
            SYNC_GUESTS,
            MARKETING_SIGNAL,
            DISPLAY_CONSENT,
            FOLLOW_RENAME,
            CREATED_ON,
            *(
                Setting(
                    f"{STATUS_PREFIX}{number}",
                    str(of.meaning),
                    _MAPPED,
                    f"What “{of.label}” of the store means",
                )
                for number, of in STORE_STATUSES.items()
            ),
        )
    }
)
"""Every setting by name, in the order in which they are shown."""


def setting_named(name: str) -> Setting:
    """Raises Invalid with the nearest known name."""
    found = SETTINGS.get(name.strip().lower())
    if found is not None:
        return found
    near = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.5)
    raise Invalid(
        f"A store has no setting {name!r}.",
        remedy=f"Did you mean {near[0]}?" if near else "See `counterfoil store settings HASH`.",
    )


def value_in(setting: Setting, text: str) -> str:
    """The value that *text* spells, as it is kept. Raises Invalid with what is expected."""
    given = text.strip()
    if not setting.choices:
        return _date_in(setting, given)
    plain = _SPELLED.get(given.lower(), given.lower()) if ON in setting.choices else given.lower()
    found = next((choice for choice in setting.choices if choice.lower() == plain), None)
    if found is None:
        raise Invalid(
            f"{setting.name} cannot be {given!r}: expected {' or '.join(setting.choices)}.",
            remedy="See `counterfoil store settings HASH`.",
        )
    return found


def _date_in(setting: Setting, given: str) -> str:
    if given.lower() in ("", NO_DATE):
        return NO_DATE
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise Invalid(f"{setting.name} cannot be {given!r}: expected a date like 2024-01-31, or {NO_DATE}.") from None


class SettingRow(Wire):
    """One setting as it is in force; `choices` is empty for a date."""

    name: str
    value: str
    default: str
    choices: list[str]
    help: str


class StoreSettings(Wire):
    """All settings of a store. `doing` says what still follows from the last change; "" = nothing."""

    store: str
    settings: list[SettingRow]
    doing: str = ""
    guest_orders: int = 0


class SettingsChange(Query):
    """New values by name; null sets one back to its default."""

    values: dict[str, str | None]

    def subject(self) -> str:
        return " ".join(f"{name}={value or 'default'}" for name, value in self.values.items() if name in SETTINGS)


def settings_rows(kept: Mapping[str, str]) -> Sequence[SettingRow]:
    """Every setting with the value in force: *kept* holds those that are not at their default."""
    return [
        SettingRow(
            name=name,
            value=kept.get(name, setting.default),
            default=setting.default,
            choices=list(setting.choices),
            help=setting.help,
        )
        for name, setting in SETTINGS.items()
    ]
