"""Who may do what on the socket: three roles, each of which may all that the ones before it may."""

from enum import StrEnum

from common.wire import Wire


class Role(StrEnum):
    """VIEWER looks, OPERATOR works with stores, runs, segments and lists, ADMIN erases, deletes and sets the daemon."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    @property
    def named(self) -> str:
        """In a sentence: "an operator"."""
        return f"{'a' if self is Role.VIEWER else 'an'} {self}"

    def allows(self, needed: "Role") -> bool:
        return _RANK[self] >= _RANK[needed]


_RANK = {role: rank for rank, role in enumerate(Role)}


class Caller(Wire):
    """Who is at the other end of the socket. `ways` say how to get each role that is not had, by its name."""

    uid: int
    user: str
    role: Role
    ways: dict[Role, str]

    def why_not(self, needed: Role) -> str:
        """Why a call that needs that role is refused; "" when it is not."""
        if self.role.allows(needed):
            return ""
        return f"You, {self.user}, are {self.role.named} here; this needs {needed.named}."

    def way_to(self, needed: Role) -> str:
        return self.ways.get(needed, "")
