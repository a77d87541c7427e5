"""What a store is set to, each setting to be changed by Enter."""

from functools import partial

from common.store_settings import NO_DATE, OFF, SYNC_GUESTS, SettingRow, StoreSettings, setting_named, value_in
from tui import taking
from tui.drawing.line import Role
from tui.drawing.settings import settings_lines
from tui.format import count
from tui.screens.choice import Choice, Option
from tui.screens.detail import OneStore
from tui.screens.line_form import LineForm
from tui.session import Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class SettingsScreen(OneStore):
    def __init__(self, session: Session, store_hash: str) -> None:
        super().__init__(session, store_hash)
        self._settings: StoreSettings | None = None

    def read(self) -> None:
        self.ask_again(self._ask, self._shown, group="settings")

    async def _ask(self) -> StoreSettings:
        return await self.session.client.store_settings(self.store_hash)

    def taken(self) -> Taken | None:
        setting = str(self.query_one(LinesView).target)
        return partial(taking.settings, self._settings, self.store_hash, setting, self._ask) if self._settings else None

    def _shown(self, settings: StoreSettings) -> None:
        self._settings = settings
        name = self.session.store_name(self.store_hash)
        self.query_one(LinesView).show(partial(settings_lines, settings, name))
        self.stand_back()

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        rows = self._settings.settings if self._settings else []
        chosen = next((row for row in rows if row.name == message.target), None)
        if why := self.why_not("store.change"):
            self.say(why, Role.WARN)
        elif chosen is not None:
            self.run_worker(self._change(chosen), group="change", exclusive=True)

    async def _change(self, row: SettingRow) -> None:
        value = await self._asked(row)
        if value is not None and value != row.value and await self._is_meant(row, value):
            change = partial(self.session.client.change_settings, self.store_hash, {row.name: value})
            self.ask(change, partial(self._changed, row.name), group="turn")

    async def _asked(self, row: SettingRow) -> str | None:
        """The value a person gives; None = they thought better of it."""
        if not row.choices:
            check = partial(value_in, setting_named(row.name))
            form = LineForm(row.name, "Date", f"like 2024-01-31, or {NO_DATE}", check, value=row.value)
            return await self.app.push_screen_wait(form)
        options = [Option(choice, choice, "the default" if choice == row.default else "") for choice in row.choices]
        return await self.app.push_screen_wait(Choice(row.name, options, chosen=row.value, lead=row.help))

    async def _is_meant(self, row: SettingRow, value: str) -> bool:
        """Asks once more before something is erased."""
        orders = self._settings.guest_orders if self._settings else 0
        if row.name != SYNC_GUESTS.name or value != OFF or not orders:
            return True
        lead = f"{count(orders)} orders of guests are erased, and the contacts known by nothing else."
        options = [Option("no", "Keep them"), Option("yes", "Erase them")]
        return await self.app.push_screen_wait(Choice("Guests", options, lead=lead)) == "yes"

    def _changed(self, name: str, settings: StoreSettings) -> None:
        self._shown(settings)
        doing = f" Under way: {settings.doing}." if settings.doing else ""
        self.say(f"{name} is changed.{doing}", Role.GOOD)
