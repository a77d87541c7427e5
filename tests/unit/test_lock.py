"""One daemon per state folder."""

import os
import stat
from pathlib import Path

import pytest

from common.errors import Refused
from daemon.lock import locked_state_dir


def test_a_second_daemon_is_refused_with_the_first_ones_process_id(tmp_path: Path) -> None:
    with locked_state_dir(tmp_path), pytest.raises(Refused, match=f"process {os.getpid()}"):
        locked_state_dir(tmp_path)


def test_the_lock_is_free_again_once_it_is_closed(tmp_path: Path) -> None:
    locked_state_dir(tmp_path).close()

    locked_state_dir(tmp_path).close()


def test_a_state_folder_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    locked_state_dir(tmp_path / "new" / "state").close()

    assert stat.S_IMODE((tmp_path / "new" / "state").stat().st_mode) == 0o700


def test_a_state_folder_that_cannot_be_made_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Refused, match="cannot be written") as refused:
        locked_state_dir(tmp_path / "file" / "state")

    assert "COUNTERFOIL_STATE_DIR" in refused.value.remedy
