"""The doctor's screen: what is wrong first, and nothing set right unasked."""

import pytest

from common import routes
from common.doctor import Verdict
from common.errors import TryLater
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_doctor import diagnosis, result
from tests.support.ui import SMALL, WIDE, assert_golden, ui_on
from tui.drawing.doctor import doctor_lines

HOSTILE = "\x1b[31mred\x07 \u202e" + "山" * 300


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_d_on_status_looks_at_everything(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(daemon, size=size, first_screen="status") as ui:
        await ui.until("● live", "── Stores")

        await ui.press("d")

        golden = f"doctor-content-{size[0]}x{size[1]}"
        assert_golden(golden, await ui.until("── Doctor", "key-open", "F fix"))


async def test_fix_asks_and_then_tells_what_it_did(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("── Stores")
        await ui.press("d")
        await ui.until("── Doctor")

        await ui.press("F")
        await ui.until("Set right 2?", "hooks-missing, key-open")
        assert not daemon.calls[routes.MEND]
        await ui.press("enter")

        await ui.until("Set right: It was set right.", "2 set right")


async def test_where_nothing_can_be_set_right_nothing_is_asked(daemon: FakeDaemon) -> None:
    daemon.diagnosis = diagnosis().model_copy(update={"results": [result("disk-slow")], "wrong": 0})
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("── Stores")
        await ui.press("d")
        await ui.until("── Doctor", "1 check: 1 well")

        await ui.press("F")

        await ui.until("Nothing was found that could be set right")


async def test_a_doctor_who_cannot_come_is_told(daemon: FakeDaemon) -> None:
    daemon.failures[routes.DIAGNOSIS] = TryLater("The database is being restored.", remedy="It takes a minute.")
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("── Stores")

        await ui.press("d")

        await ui.until("being restored", "to try again")


@pytest.mark.parametrize("width", [18, 40, 58, 77, 118, 198])
def test_what_was_found_brings_no_control_character(width: int) -> None:
    found = diagnosis().model_copy(
        update={"results": [result("key-open", verdict, HOSTILE, HOSTILE) for verdict in Verdict]}
    )

    assert all(drawn.text.isprintable() for drawn in doctor_lines(found, width))
