"""What a person sees when the UI itself is at fault."""

from pathlib import Path

from tui.crash import crash_message


def _fault() -> BaseException:
    people: dict[str, int] = {}
    try:
        people["ann@example.com"]
    except KeyError as error:
        return error
    raise AssertionError("an empty dictionary answered")


def test_the_fault_is_named_and_kept_without_values(tmp_path: Path) -> None:
    said = crash_message(_fault(), tmp_path)

    kept = (tmp_path / "ui-fault.txt").read_text()
    assert "KeyError" in said
    assert "_fault" in kept
    assert "Error: " not in kept


def test_a_folder_that_cannot_be_written_costs_only_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert "nothing is lost" in crash_message(_fault(), tmp_path / "file" / "folder")
