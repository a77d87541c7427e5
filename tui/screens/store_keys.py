"""What the keys do to the store or run that a screen is about: hold it, end it, give it a token, set it."""

from functools import partial

from common.stores import StoreDetail, StoreState, StoreSummary
from common.sync import Run, RunState
from tui.allowed import why_not_allowed
from tui.drawing.line import Role
from tui.format import cut
from tui.screens.endings import is_run_to_end, is_store_to_end
from tui.screens.framed import Framed
from tui.screens.store_form import ReconnectForm


class StoreKeys(Framed):
    """A screen about stores and runs. `run_here` is the run the keys are about, else `store_here`; None = neither."""

    @property
    def run_here(self) -> Run | None:
        return None

    @property
    def store_here(self) -> StoreSummary | None:
        return next((store for store in self.session.stores if store.hash == self.sync_store), None)

    def action_hold(self) -> None:
        """Pauses what the screen is about; what is paused goes on."""
        if not self.can("store.hold"):
            return
        client, run, store = self.session.client, self.run_here, self.store_here
        if run is not None and run.state.is_over:
            self.say(f"Run {run.id} is over: it is {run.state}.", Role.WARN)
        elif run is not None:
            call = client.resume_run if run.state is RunState.PAUSED else client.pause_run
            self.ask(partial(call, run.id), self._run_turned, group="turn")
        elif store is not None:
            change = client.resume_store if store.state is StoreState.PAUSED else client.pause_store
            self.ask(partial(change, store.hash), self._store_turned, group="turn")
        else:
            self._say_nothing_here()

    def action_end(self) -> None:
        """Cancels the run, or deletes the store, once that is meant."""
        if self.can("store.end"):
            self.run_worker(self._end(), group="end", exclusive=True)

    async def _end(self) -> None:
        client, run, store = self.session.client, self.run_here, self.store_here
        if run is not None and run.state.is_over:
            self.say(f"Run {run.id} is over: it is {run.state}.", Role.WARN)
        elif run is not None and await is_run_to_end(self.app, run, self.session.store_name(run.store)):
            self.ask(partial(client.cancel_run, run.id), self._run_turned, group="turn")
        elif run is None and store and store.state is StoreState.DELETED:
            self.say("It is deleted. Erase its data by: counterfoil store purge.", Role.WARN)
        elif run is None and (why := why_not_allowed(self.session.caller, "store.delete")):
            self.say(why, Role.WARN)
        elif run is None and store and await is_store_to_end(self.app, store.name or store.hash):
            self.ask(partial(client.delete_store, store.hash), self._store_turned, group="turn")
        elif run is None and store is None:
            self._say_nothing_here()

    def action_reconnect(self) -> None:
        """Asks for another token of the store."""
        if not self.can("store.reconnect"):
            return
        if not self.sync_store:
            self._say_nothing_here()
        else:
            self.open_over(ReconnectForm(self.session, self.sync_store), self._reconnected)

    def action_rotate_secret(self) -> None:
        """Has the store's webhooks carry another secret: nothing is lost by it, so nothing is asked."""
        if why := why_not_allowed(self.session.caller, "store.rotate"):
            self.say(why, Role.WARN)
        elif self.sync_store:
            change = partial(self.session.client.rotate_secret, self.sync_store)
            self.ask(change, self._secret_rotated, group="turn")

    def action_settings(self) -> None:
        """Opens what the store is set to."""
        from tui.screens.settings import SettingsScreen  # is such a screen itself

        if not self.can("store.settings"):
            return
        if not self.sync_store:
            self._say_nothing_here()
        else:
            self.open_over(SettingsScreen(self.session, self.sync_store))

    def _say_nothing_here(self) -> None:
        self.say("No store or run is read yet that it could be about.", Role.WARN)

    def _run_turned(self, run: Run) -> None:
        self.read()
        self.say(f"Run {run.id} is {run.state}.", Role.GOOD)

    def _store_turned(self, store: StoreDetail) -> None:
        self.read()
        self.say(f"{cut(store.name or store.hash, 30)} is {store.state}. {store.state_reason}".strip(), Role.GOOD)

    def _secret_rotated(self, store: StoreDetail) -> None:
        self.read()
        name = cut(store.name or store.hash, 30)
        self.say(f"The webhooks of {name} get another secret; the former one stays good for a day.", Role.GOOD)

    def _reconnected(self, store: StoreDetail | None) -> None:
        if store is not None:
            self.read()
            self.say(f"Reconnected {cut(store.name or store.hash, 30)}. What it missed is being read.", Role.GOOD)
