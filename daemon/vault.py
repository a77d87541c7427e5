"""Secrets at rest: encrypted with a key that lies outside the database."""

import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from common.errors import Refused

CREDENTIAL_NAME = "counterfoil.key"


class Vault:
    """Encrypts and decrypts with one key. Its repr and its errors never hold a secret."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
        self._person_key = hmac.digest(key, b"persons that were erased", "sha256")

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
    path = _key_path(state_dir)
    if not path.exists():
        _write_key(path)
    if path.parent == state_dir and path.stat().st_mode & 0o077:
        raise Refused(
            f"The key {path} is not safe: others may read it.", remedy=f"Take their rights away: `chmod 600 {path}`."
        )
    try:
        return Vault(path.read_bytes().strip())
    except (ValueError, OSError) as error:
        raise Refused(
            f"The key {path} cannot be used: {error}.",
            remedy="Put the former key back from a backup; without it the stores must be connected anew.",
        ) from error


def has_key(state_dir: Path) -> bool:
    """Whether there is a key already; the first start makes one."""
    return _key_path(state_dir).exists()


def new_hook_key() -> str:
    """A fresh secret for the header that every delivery of a store carries: 256 bits, safe in a header."""
    return secrets.token_urlsafe(32)


def _key_path(state_dir: Path) -> Path:
    if credentials := os.environ.get("CREDENTIALS_DIRECTORY"):
        given = Path(credentials) / CREDENTIAL_NAME
        if given.exists():
            return given
    return state_dir / CREDENTIAL_NAME


def _write_key(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())  # the tokens it seals will be on the disk; so must it be
