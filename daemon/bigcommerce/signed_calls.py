"""Calls from a store's control panel: who signed them, for which store, and when.

Source: reference/bigcommerce.md, section 1.4.
"""

import re
import warnings
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

_ALGORITHM = "HS256"  # the algorithm a call names is never taken for granted
_ISSUER = "bc"
_REQUIRED = ["aud", "iss", "sub", "exp"]
_LEEWAY_S = 60
_LONGEST = 8192

_SUBJECT = re.compile(r"stores/([a-z0-9]{3,32})")


class NotBelieved(Exception):
    """The call is not signed by BigCommerce for this app and now; the text says what is wrong, and never what came."""


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A believed call: which store it is about, its own id ("" = none), when it was made, until when it holds."""

    store_hash: str
    call_id: str
    made_at: int
    expires_at: int


class _Claims(BaseModel):
    """What a call states of itself. Users and owners are left out: they are persons, and nothing is kept of them."""

    sub: str
    exp: int
    nbf: int | None = None
    iat: int | None = None
    jti: str = Field(default="", max_length=200)


def signed_call(payload: str, *, client_id: str, client_secret: str, now: int) -> SignedCall:
    """What *payload*, a `signed_payload_jwt`, says; the secret's own bytes are the key. Raises NotBelieved."""
    if not (client_id and client_secret):
        raise NotBelieved("no app is set up here")
    claims = _claims(payload, client_id, client_secret)
    if now > claims.exp + _LEEWAY_S:
        raise NotBelieved("it is too old")
    if max(claims.nbf or 0, claims.iat or 0) > now + _LEEWAY_S:
        raise NotBelieved("it is from the future")
    found = _SUBJECT.fullmatch(claims.sub)
    if found is None:
        raise NotBelieved("it names no store")
    made_at = claims.iat or claims.nbf or 0
    return SignedCall(found.group(1), call_id=claims.jti, made_at=made_at, expires_at=claims.exp)


def _claims(payload: str, client_id: str, client_secret: str) -> _Claims:
    if not payload or len(payload) > _LONGEST:
        raise NotBelieved("it is not signed")
    import jwt  # 2 MB, for a few calls in the life of a store

    try:
        with warnings.catch_warnings():  # BigCommerce's secrets may be a byte shorter than the library likes
            warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
            told = jwt.decode(
                payload,
                client_secret.encode(),
                algorithms=[_ALGORITHM],
                audience=client_id,
                issuer=_ISSUER,
                # Times are looked at by our own clock.
                options={"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        return _Claims.model_validate(told)
    except jwt.InvalidAudienceError:
        raise NotBelieved("it is meant for another app") from None
    except jwt.InvalidIssuerError:
        raise NotBelieved("it is not from BigCommerce") from None
    except (jwt.PyJWTError, ValidationError, ValueError):
        raise NotBelieved("it is not rightly signed") from None
