"""`klippekort scheme` checks rules without a database and names what is wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from klippekort.cli import main
from klippekort.domain.presets import PRESETS, text_of

GOOD = next(iter(PRESETS))


def check(folder: Path, text: str) -> tuple[int, str]:
    file = folder / "scheme.toml"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["scheme", "check", str(file)])
    return result.exit_code, result.output


def test_a_good_file_can_be_used(tmp_path: Path) -> None:
    assert check(tmp_path, text_of(GOOD))[0] == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[allowance]\nminutes = "mange"\n', "scheme.toml:2: allowance.minutes: "),
        ("[words]\ncart = 'x'\n", "scheme.toml:2: words.cart: "),
        ("[saving.caps.a]\n", "scheme.toml:1: saving.caps.a: "),
        ("= 3\n", "scheme.toml:1: toml: "),
    ],
)
def test_a_fault_is_named_by_line_and_key(tmp_path: Path, text: str, place: str) -> None:
    code, output = check(tmp_path, text)
    assert code == 2
    assert place in output


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "scheme.toml"
    file.write_bytes(b'name = "K\xf8benhavn"\n')
    result = CliRunner().invoke(main, ["scheme", "check", str(file)])
    assert result.exit_code == 2
    assert "scheme.toml:1: utf-8: " in result.output
