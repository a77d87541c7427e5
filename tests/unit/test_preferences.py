"""What a person prefers: from the file, the environment, the arguments, with the place of a mistake."""

from pathlib import Path

import pytest

from common.errors import Invalid
from tui.preferences import Preferences, ThemeName, load_preferences
from tui.themes import fitting


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ui.toml"


def test_nothing_said_is_the_usual(file: Path) -> None:
    assert load_preferences(file) == Preferences()


def test_arguments_win_over_the_environment_and_that_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('theme = "light"\nlow_bandwidth = true\nmasked = false\n[keys]\nrefresh = "f5"\n')
    monkeypatch.setenv("COUNTERFOIL_UI__THEME", "contrast")
    monkeypatch.setenv("COUNTERFOIL_UI__MASKED", "")

    preferences = load_preferences(file, theme=None, masked=True)

    assert preferences == Preferences(theme=ThemeName.CONTRAST, low_bandwidth=True, masked=True, keys={"refresh": "f5"})
    assert load_preferences(file, theme="16").theme is ThemeName.SIXTEEN


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('\ntheme = "pink"\n', "line 2", "theme is wrong"),
        ("themes = 1\n", "line 1", "themes is no preference of the terminal UI. Did you mean theme?"),
        ("[keys]\nrefresh = 5\n", "line 2", "keys.refresh is wrong"),
        ("theme = \n", "", "not valid TOML"),
    ],
)
def test_a_mistake_names_file_and_line(file: Path, text: str, where: str, what: str) -> None:
    file.write_text(text)

    with pytest.raises(Invalid) as refused:
        load_preferences(file)

    assert str(file) in str(refused.value)
    assert where in str(refused.value)
    assert what in str(refused.value)


def test_a_mistake_in_the_environment_names_the_variable(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_UI__LOW_BANDWIDTH", "perhaps")

    with pytest.raises(Invalid, match="Environment variable COUNTERFOIL_UI__LOW_BANDWIDTH: low_bandwidth is wrong"):
        load_preferences(file)


@pytest.mark.parametrize(
    ("environment", "look"),
    [
        ({"TERM": "xterm-256color"}, ThemeName.DARK),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, ThemeName.LIGHT),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, ThemeName.NONE),
        ({"TERM": "linux"}, ThemeName.SIXTEEN),
    ],
    ids=["dark", "light", "no-color", "console"],
)
def test_the_look_fits_the_terminal(
    environment: dict[str, str], look: ThemeName, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COLORTERM", "COLORFGBG", "NO_COLOR", "TERM", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert fitting(ThemeName.AUTO) is look
