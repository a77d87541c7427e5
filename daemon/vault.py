"""Secrets at rest: encrypted with a key that lies outside the database."""

import base64
import hmac
import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from common.errors import Refused

CREDENTIAL_NAME = "counterfoil.key"


_PERSONS = b"persons:"


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a key file holds: *keys* with the newest first, and the key of erased people, which no rotation changes.

    More than one key means that a rotation is under way, or was cut off: each of them opens what it sealed.
    """

    keys: tuple[bytes, ...] = field(repr=False)
    person_key: bytes = field(repr=False)

    @classmethod
    def of(cls, content: bytes) -> "Keyring":
        """Raises ValueError for what is no key file."""
        lines = content.split()
        keys = tuple(line for line in lines if not line.startswith(_PERSONS))
        if not keys:
            raise ValueError("it holds no key")
        MultiFernet([Fernet(key) for key in keys])
        kept = [base64.urlsafe_b64decode(line.removeprefix(_PERSONS)) for line in lines if line.startswith(_PERSONS)]
        return cls(keys, kept[0] if kept else hmac.digest(keys[-1], b"persons that were erased", "sha256"))

    def content(self) -> bytes:
        return b"\n".join((*self.keys, _PERSONS + base64.urlsafe_b64encode(self.person_key), b""))

    def with_new_key(self) -> "Keyring":
        return replace(self, keys=(Fernet.generate_key(), *self.keys))

    def newest_alone(self) -> "Keyring":
        return replace(self, keys=self.keys[:1])


class Vault:
    """Encrypts with the newest key, and decrypts with each. Its repr and its errors never hold a secret."""

    def __init__(self, keyring: Keyring) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keyring.keys])
        self._person_key = keyring.person_key

    @property
    def person_key(self) -> bytes:
        """The key of the hashes that stand for people who were erased: without it nobody can tell whom."""
        return self._person_key

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Raises Refused when *sealed* was encrypted with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Refused(
                "The stored tokens cannot be decrypted: the key is not the one they were encrypted with.",
                remedy=f"Put the former {CREDENTIAL_NAME} back. If it is lost, make a copy with `counterfoild backup` "
                "and give its tokens up: `counterfoild restore FILE --key-lost`.",
            ) from None


def opened_vault(state_dir: Path) -> Vault:
    """The vault with systemd's credential as its key if there is one, else with a key file made on first use (0600).

    Raises Refused when the key is damaged or readable by others.
    """
    path = key_path(state_dir)
    if not path.exists():
        _write_key(path)
    if path.parent == state_dir and path.stat().st_mode & 0o077:
        raise Refused(
            f"The key {path} is not safe: others may read it.", remedy=f"Take their rights away: `chmod 600 {path}`."
        )
    try:
        return Vault(Keyring.of(path.read_bytes()))
    except (ValueError, OSError) as error:
        raise Refused(
            f"The key {path} cannot be used: {error}.",
            remedy="Put the former key back from a backup; without it the stores must be connected anew.",
        ) from error


def key_path(state_dir: Path) -> Path:
    """Where the key lies, or will: as the service manager hands it over, else in the state folder."""
    if credentials := os.environ.get("CREDENTIALS_DIRECTORY"):
        given = Path(credentials) / CREDENTIAL_NAME
        if given.exists():
            return given
    return state_dir / CREDENTIAL_NAME


def has_key(state_dir: Path) -> bool:
    """Whether there is a key already; the first start makes one."""
    return key_path(state_dir).exists()


def new_hook_key() -> str:
    """A fresh secret for the header that every delivery of a store carries: 256 bits, safe in a header."""
    return secrets.token_urlsafe(32)


def _write_key(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())  # the tokens it seals will be on the disk; so must it be
