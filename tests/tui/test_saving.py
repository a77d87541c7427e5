"""Segments saved, copied, renamed and fought over in the terminal UI, on a daemon that works for a small store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from common.client import ApiClient
from daemon.app import Daemon
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from tests.api.conftest import IMPATIENT, settings_in
from tests.api.test_answers import synced
from tests.support.ui import Ui, ui_on
from tui.widgets.rule_text import RuleText

OFTEN = "total_orders > 1"


@dataclass(frozen=True, slots=True)
class Desk:
    """A terminal, and another client of the same daemon."""

    ui: Ui
    other: ApiClient

    async def rules(self) -> dict[str, str]:
        return {one.name: one.rule for one in (await self.other.segments()).segments}


@dataclass(frozen=True, slots=True)
class _Served:
    socket: Path


@pytest.fixture
async def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ApiClient]:
    """A client of a daemon that has read a small store."""
    monkeypatch.chdir(tmp_path)
    async with SandboxStore(Plan(customers=6, orders=12, products=4)) as shop:
        folder = Path("cf")
        async with (
            Daemon(settings_in(folder, api_url=shop.url), patience=IMPATIENT),
            ApiClient(folder / "counterfoil.sock") as client,
        ):
            await synced(client, shop)
            yield client


@asynccontextmanager
async def desk(other: ApiClient, first_screen: str = "segments") -> AsyncIterator[Desk]:
    async with ui_on(_Served(Path("cf/counterfoil.sock")), first_screen=first_screen) as ui:
        yield Desk(ui, other)


async def building(ui: Ui, name: str) -> None:
    """The builder with the saved segment *name*, which the list shows first."""
    await ui.until(f"▌{name}")
    await ui.press("enter")
    await ui.until(f"── {name} ──")


async def named(ui: Ui, name: str, title: str) -> None:
    await ui.until(title)
    await ui.press("ctrl+u", *name, "enter")


async def test_a_rule_typed_is_saved(other: ApiClient) -> None:
    async with desk(other) as at:
        await at.ui.until("No segment is saved yet.")
        await at.ui.press("a", "E", "ctrl+a", "ctrl+k")
        at.ui.app.screen.query_one(RuleText).insert(OFTEN)
        await at.ui.press("ctrl+s")
        await named(at.ui, "Often", "Save the segment")

        await at.ui.until("── Often ──", "Often is saved.")
        assert await at.rules() == {"Often": OFTEN}


async def test_a_segment_is_copied_and_renamed(other: ApiClient) -> None:
    await other.save_segment("Often", OFTEN)
    async with desk(other) as at:
        await at.ui.until("▌Often")
        await at.ui.press("d")
        await named(at.ui, "Mine", "Duplicate Often")
        await at.ui.until("▌Mine")
        await at.ui.press("R")
        await named(at.ui, "often", "Rename Mine")
        await at.ui.until("There is a segment “Often” already.")
        await named(at.ui, "Ours", "Rename Mine")

        await at.ui.until("▌Ours", gone="Rename")
        assert await at.rules() == {"Often": OFTEN, "Ours": OFTEN}


async def test_a_rule_that_the_contacts_are_filtered_by_is_saved(other: ApiClient) -> None:
    async with desk(other, "contacts") as at:
        await at.ui.until("sorted by last order")
        await at.ui.press("slash")
        await at.ui.type(f":{OFTEN}")
        await at.ui.until(f"match “:{OFTEN}”", "Ctrl+S save")
        await at.ui.press("ctrl+s")
        await named(at.ui, "Often", "Save the segment")

        await at.ui.until("Often is saved; 2 shows it.")
        assert await at.rules() == {"Often": OFTEN}


async def test_what_another_client_does_is_seen_in_the_list(other: ApiClient) -> None:
    async with desk(other) as at:
        await at.ui.until("No segment is saved yet.")
        await other.save_segment("Often", OFTEN)
        await at.ui.until("▌Often", f"  {OFTEN}")
        await other.rename_segment("Often", "Regulars")
        await at.ui.until("▌Regulars", gone="Often")
        await other.delete_segment("Regulars")

        await at.ui.until("No segment is saved yet.")


async def test_a_rule_that_was_only_looked_at_follows_the_segment(other: ApiClient) -> None:
    await other.save_segment("Often", OFTEN)
    async with desk(other) as at:
        await building(at.ui, "Often")
        await other.rename_segment("Often", "Regulars")
        await at.ui.until("── Regulars ──", "It was renamed elsewhere: Regulars.")
        await other.save_segment("Regulars", "total_orders > 2")

        await at.ui.until("── Regulars ──", "▌Total orders is greater than 2", "│ total_orders > 2 ")


async def test_nothing_typed_is_lost_to_somebody_elses_change(other: ApiClient) -> None:
    await other.save_segment("Often", OFTEN)
    async with desk(other) as at:
        await building(at.ui, "Often")
        await at.ui.press("n")
        await at.ui.until("── Often * ──")
        await other.save_segment("Often", "total_orders > 2")
        await at.ui.until("── Often * changed elsewhere ──", f"│ not {OFTEN} ")
        await at.ui.press("ctrl+s")
        await at.ui.until("It is now: total_orders > 2")
        await at.ui.press("enter")
        await named(at.ui, "Seldom", "Duplicate Often")

        await at.ui.until("── Seldom ──")
        assert await at.rules() == {"Often": "total_orders > 2", "Seldom": f"not {OFTEN}"}


async def test_a_rule_is_saved_in_place_of_somebody_elses_when_that_is_meant(other: ApiClient) -> None:
    await other.save_segment("Often", OFTEN)
    async with desk(other) as at:
        await building(at.ui, "Often")
        await at.ui.press("n")
        await at.ui.until("── Often * ──")
        await other.save_segment("Often", "total_orders > 2")
        await at.ui.press("ctrl+s")
        await at.ui.until("It is now: total_orders > 2")
        await at.ui.press("down", "enter")

        await at.ui.until("── Often ──", "Often is saved.")
        assert await at.rules() == {"Often": f"not {OFTEN}"}


async def test_a_segment_that_was_deleted_elsewhere_can_be_saved_anew(other: ApiClient) -> None:
    await other.save_segment("Often", OFTEN)
    async with desk(other) as at:
        await building(at.ui, "Often")
        await other.delete_segment("Often")
        await at.ui.until("── Often * ──", "Often was deleted elsewhere; Ctrl+S saves it anew.")
        await at.ui.press("ctrl+s")
        await at.ui.until("Save the segment")
        await at.ui.press("enter")

        await at.ui.until("── Often ──", "Often is saved.")
        assert await at.rules() == {"Often": OFTEN}
