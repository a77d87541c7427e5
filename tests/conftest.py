"""Where the tests' folders are: in memory, if there is room. A commit to a disk waits for it, a hundred times a test.

What the waiting is for, that nothing is lost when the power fails, no test can tell anyway.
"""

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30  # the largest test of the suite needs some hundred MB, and two workers run beside each other


def pytest_configure() -> None:
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM:
        tempfile.tempdir = str(_MEMORY)
