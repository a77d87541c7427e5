"""The commands that were given, on their screen."""

import pytest

from common import routes
from common.audit import AuditRow
from common.errors import Refused
from common.reloading import Reloaded, SettingChanged
from common.roles import Role
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on


def command(number: int, name: str, outcome: str = "done", **changes: object) -> AuditRow:
    made = AuditRow(
        id=number, at=NOW - 60 * (400 - number), uid=1000, user="ann", role=Role.OPERATOR, command=name,
        subject="abc123", outcome=outcome,
    )  # fmt: skip
    return made.model_copy(update=changes)


GIVEN = [
    command(9, "reload", uid=0, user="root", role=Role.ADMIN, subject=""),
    command(8, "store purge", "forbidden"),
    command(7, "run start", "begun", subject="abc123 historical"),
    command(6, "segment save", subject="VIP"),
    command(5, "replay", "try_later", subject="deliveries 118, 119"),
    command(4, "status", "forbidden", uid=2000, user="uid 2000", role=None, subject=""),
]


async def opened(ui: Ui, *seen: str) -> None:
    await ui.until("▌acme", "── Daemon")
    await ui.press("A")
    await ui.until(*seen)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_they_stand_newest_first_with_who_and_what_became_of_them(
    daemon: FakeDaemon, size: tuple[int, int]
) -> None:
    daemon.audit = GIVEN
    async with ui_on(daemon, first_screen="settings", size=size) as ui:
        await ui.until("▌acme", "── Daemon")
        await ui.press("A")

        assert_golden(f"audit-content-{size[0]}x{size[1]}", await ui.until("6 commands", "store purge"))


async def test_f_shows_what_failed_and_escape_all_again(daemon: FakeDaemon) -> None:
    daemon.audit = GIVEN
    async with ui_on(daemon, first_screen="settings") as ui:
        await opened(ui, "6 commands")

        await ui.press("f")
        await ui.until("3 failed commands", gone="segment save")
        await ui.press("escape")
        await ui.until("6 commands", "segment save")
        await ui.press("escape")

        await ui.until("── Daemon")


async def test_without_any_it_says_what_will_stand_there(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="settings") as ui:
        await opened(ui, "Nothing was commanded yet.")


async def test_an_error_stands_in_its_place(daemon: FakeDaemon) -> None:
    daemon.failures[routes.AUDIT] = Refused("Not now.")
    async with ui_on(daemon, first_screen="settings") as ui:
        await opened(ui, "Not now.")


async def test_a_reload_says_what_is_in_force_and_what_waits(daemon: FakeDaemon) -> None:
    daemon.reloaded = Reloaded(
        file="", applied=[SettingChanged(name="log_level", before="info", after="debug")],
        waiting=[SettingChanged(name="timezone", before="UTC", after="Europe/Berlin")],
    )  # fmt: skip
    async with ui_on(daemon, first_screen="settings") as ui:
        await ui.until("▌acme", "── Daemon")

        await ui.press("L")

        await ui.until("In force now: log_level.", "Waiting for a restart")
