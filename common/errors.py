"""Every error a person can meet, and the form in which it crosses the socket.

CounterfoilError            exit 1   500
├── Invalid                 exit 2   400   the request itself is wrong
├── NotFound                exit 1   404   nothing by that name
├── Refused                 exit 1   409   understood, but the state forbids it
├── Forbidden               exit 1   403   not with the caller's role
├── StoreRefused            exit 1   424   the store said no: token, scope, hash
├── TryLater                exit 4   503   it will pass by itself
└── DaemonUnreachable       exit 3    -    raised by the client only
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class CounterfoilError(Exception):
    """Something a person should read: *message* says what and why, *remedy* what to do ("" = nothing can be done)."""

    code: ClassVar[str] = "failed"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class Invalid(CounterfoilError):
    code = "invalid"
    http_status = 400
    exit_code = 2


class NotFound(CounterfoilError):
    code = "not_found"
    http_status = 404


class Refused(CounterfoilError):
    code = "refused"
    http_status = 409


class Forbidden(CounterfoilError):
    code = "forbidden"
    http_status = 403


class StoreRefused(CounterfoilError):
    code = "store_refused"
    http_status = 424


class TryLater(CounterfoilError):
    code = "try_later"
    http_status = 503
    exit_code = 4


class DaemonUnreachable(CounterfoilError):
    code = "daemon_unreachable"
    exit_code = 3


class Problem(BaseModel):
    """An error's wire form: the body of every answer that is not 2xx."""

    model_config = ConfigDict(frozen=True, defer_build=True)  # built when one comes, not at every start

    code: str
    message: str
    remedy: str = ""

    @classmethod
    def of(cls, error: CounterfoilError) -> "Problem":
        return cls(code=error.code, message=error.message, remedy=error.remedy)

    def as_error(self) -> CounterfoilError:
        """The exception that was raised at the other end; an unknown code becomes the base class."""
        kinds = {kind.code: kind for kind in CounterfoilError.__subclasses__() if "code" in vars(kind)}
        return kinds.get(self.code, CounterfoilError)(self.message, remedy=self.remedy)
