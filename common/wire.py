"""What every model on the socket has in common."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """Frozen, and deaf to fields it does not know: either end may be newer than the other."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Query(BaseModel):
    """A query string or body sent to the daemon; an unknown name is a mistake of the caller and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Empty(Wire):
    """No content."""
