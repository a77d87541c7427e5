"""What a person typed into the store form, checked and made into a request."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from common.errors import CounterfoilError, Invalid
from common.stores import StoreAdd, store_hash_from

# A token is some 40 characters; a file far larger is another file.
_TOKEN_FILE_MAX_BYTES = 4096


class BadField(CounterfoilError):
    """What is wrong with one field; *field* is its name in `StoreFields`."""

    def __init__(self, field: str, error: CounterfoilError) -> None:
        super().__init__(error.message, remedy=error.remedy)
        self.field = field


@dataclass(frozen=True, slots=True)
class StoreFields:
    """The form as typed. The token is *token* itself or stands in *token_file*."""

    store: str
    token: str
    token_file: str
    name: str
    client_secret: str


def store_request(fields: StoreFields) -> StoreAdd:
    """The request those fields make. Raises BadField for the first that is wrong."""
    return StoreAdd(
        store=hash_typed(fields.store),
        token=SecretStr(_token(fields)),
        client_secret=SecretStr(fields.client_secret.strip()),
        name=name_typed(fields.name),
    )


def hash_typed(store: str) -> str:
    """The store's hash in what was typed. Raises BadField."""
    try:
        return store_hash_from(store)
    except Invalid as error:
        empty = Invalid("Which store?", remedy="Give its hash, or the address of its control panel or API.")
        raise BadField("store", error if store.strip() else empty) from error


def _token(fields: StoreFields) -> str:
    if token := fields.token.strip():
        return token
    if fields.token_file.strip():
        return _token_in(Path(fields.token_file.strip()).expanduser())
    remedy = "Make a store-level API account in the control panel; its access token goes here, or into a file."
    raise BadField("token", Invalid("The token is missing.", remedy=remedy))


def _token_in(file: Path) -> str:
    try:
        if file.stat().st_size > _TOKEN_FILE_MAX_BYTES:
            raise BadField("token_file", Invalid(f"{file} is too large to hold only a token."))
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadField("token_file", Invalid(f"{file} cannot be read: {why}.")) from error
    if not token or any(char.isspace() for char in token):
        raise BadField("token_file", Invalid(f"{file} must hold one token and nothing else."))
    return token


def name_typed(name: str) -> str:
    """The name to call the store. Raises BadField."""
    trimmed = name.strip()
    if len(trimmed) > 200:
        raise BadField("name", Invalid(f"The name has {len(trimmed)} characters; 200 is the most."))
    return trimmed
