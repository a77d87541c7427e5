"""Connecting the first store, as a value: the steps, the way through them, and what is known so far."""

from dataclasses import dataclass, replace
from enum import StrEnum

from common.connecting import Connecting, StoreTried
from common.stores import StoreDetail
from common.sync import Run, SyncPlan


class Way(StrEnum):
    """How a store lets us in."""

    ACCOUNT = "account"
    APP = "app"


class Step(StrEnum):
    NEEDS = "What is needed"
    STORE = "Store"
    TOKEN = "Token"  # noqa: S105 - what the step is called
    INSTALL = "Install"
    SCOPES = "Scopes"
    SYNC = "First sync"


STEPS: dict[Way, tuple[Step, ...]] = {
    Way.ACCOUNT: (Step.NEEDS, Step.STORE, Step.TOKEN, Step.SCOPES, Step.SYNC),
    Way.APP: (Step.NEEDS, Step.INSTALL, Step.SCOPES, Step.SYNC),
}


class Act(StrEnum):
    """What a line of the guide does when it is opened."""

    BY_ACCOUNT = "by account"
    BY_APP = "by app"
    COPY_LINK = "copy link"
    CONNECT = "connect"
    GIVE_AGAIN = "give again"
    TO_SYNC = "to sync"
    NOW = "now"
    QUIET = "quiet"
    LATER = "later"
    CONTACTS = "contacts"
    STORES = "stores"


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a person is, and what the daemon and the store have told; None = not yet.

    *installs_seen* is the number of the app's latest install when it began to be waited for.
    """

    step: Step = Step.NEEDS
    way: Way = Way.ACCOUNT
    needs: Connecting | None = None
    tried: StoreTried | None = None
    store: StoreDetail | None = None
    plan: SyncPlan | None = None
    run: Run | None = None
    installs_seen: int = 0

    @property
    def steps(self) -> tuple[Step, ...]:
        return STEPS[self.way]

    @property
    def before(self) -> Step | None:
        """The step to go back to; None on the first, and where going back would mean another store."""
        at = self.steps.index(self.step)
        if at == 0 or (self.store is not None and self.step is Step.SCOPES):
            return None
        return self.steps[at - 1]

    @property
    def after(self) -> Step | None:
        at = self.steps.index(self.step)
        return self.steps[at + 1] if at + 1 < len(self.steps) else None

    def at(self, step: Step) -> "Journey":
        return replace(self, step=step)

    @property
    def installs(self) -> int:
        """How many installs of the app the daemon has seen."""
        return self.needs.last_install.number if self.needs and self.needs.last_install else 0
