"""What is on the disk for good."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Names in *folder* are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
