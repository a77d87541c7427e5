"""What can go wrong between us and a store, each with what the operator can do about it.

StoreRefused (the store said no)
├── StoreUnauthorized       the token is dead: the whole store needs to be reconnected
├── MissingScope            the token lives but may not read this
├── UnknownStore            no store by this hash
├── StoreRejected           this one request was refused; *status* says how
│   └── AbsentInStore       the thing asked for is not there
└── StoreAnswerUnreadable   an answer that is no answer
TryLater (it will pass by itself)
└── StoreUnavailable        no answer, a failing store, or a quota that stays used up
"""

from common.errors import StoreRefused, TryLater


class StoreUnauthorized(StoreRefused):
    pass


class MissingScope(StoreRefused):
    """*scope* is the store's name of the permission and *feeds* what is read with it; both "" when we cannot tell."""

    def __init__(self, message: str, *, remedy: str = "", scope: str = "", feeds: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.scope = scope
        self.feeds = feeds


class UnknownStore(StoreRefused):
    pass


class StoreRejected(StoreRefused):
    """*status* is the answer's HTTP status."""

    def __init__(self, message: str, *, remedy: str = "", status: int) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


class AbsentInStore(StoreRejected):
    pass


class StoreAnswerUnreadable(StoreRefused):
    pass


class StoreUnavailable(TryLater):
    """*is_overloaded*: the store took the request and failed at it, so a smaller page may succeed."""

    def __init__(self, message: str, *, remedy: str = "", is_overloaded: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.is_overloaded = is_overloaded
