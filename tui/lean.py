"""A start without what it does not need: other machines' certificates, and looking for garbage among what stays."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

_CERTIFICATES = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}


@contextmanager
def no_certificates() -> Iterator[None]:
    """aiohttp reads all certificates of the machine as it is imported: 30 ms. A Unix socket speaks no TLS."""
    before = {name: os.environ.get(name) for name in _CERTIFICATES}
    os.environ.update(_CERTIFICATES)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def put_off_garbage() -> None:
    """Until `look_for_garbage`: nearly all that a start makes stays for as long as the program runs."""
    gc.disable()


def look_for_garbage() -> None:
    """From now on; what there is by now is not looked at again."""
    gc.freeze()
    gc.enable()
