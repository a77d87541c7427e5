"""What every model on the socket has in common."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, PlainSerializer, SecretStr

Secret: TypeAlias = Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value, return_type=str, when_used="json")]
"""Hidden wherever it is shown or logged; in the clear in JSON, which crosses the Unix socket only."""


class Wire(BaseModel):
    """Frozen, and deaf to fields it does not know: either end may be newer than the other."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Query(BaseModel):
    """A query string or body sent to the daemon; an unknown name is a mistake of the caller and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def subject(self) -> str:
        """What a command is about, for the audit: ids and names of things, never of people, and no secrets."""
        return ""


class Empty(Wire):
    """No content."""
