"""The checklist has no empty row, and every test it names is there."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
TESTS = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
# How many items of level 1 and 2 each chapter of ASVS 5.0.0 has; V17 is WebRTC, which we have not.
CHAPTERS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7,
    9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16,
}  # fmt: skip


def test_every_item_of_level_two_stands_there_once() -> None:
    ids = [number for number, level, *_rest in ROWS if level != "3"]
    assert len(ids) == len(set(ids)) == 246
    assert Counter(level for _id, level, *_rest in ROWS)["1"] == 70
    assert Counter(int(one.split(".")[0]) for one in ids) == CHAPTERS


def test_of_level_three_there_are_twelve_each_with_a_test() -> None:
    rows = [(number, how) for number, level, _words, how in ROWS if level == "3"]
    assert len({number for number, _how in rows}) == 12
    assert [number for number, how in rows if not TESTS.search(how)] == []


def test_sections_that_are_pointed_at_stand_on_the_page() -> None:
    sections = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    above = re.findall(r"“([^”]+)” above", PAGE)
    assert above
    assert set(above) <= set(sections)
    assert re.findall(r"“[^”]+” below", PAGE) == []


def test_no_row_is_empty() -> None:
    assert [number for number, _level, words, how in ROWS if len(words) < 3 or len(how) < 10] == []


def test_every_test_that_is_named_is_there() -> None:
    missing = []
    for number, _level, _words, how in ROWS:
        for file, name in TESTS.findall(how):
            path = ROOT / file
            if not path.exists() or f"def {name}(" not in path.read_text():
                missing.append(f"{number}: {file}::{name}")
    assert missing == []


def test_seven_of_ten_items_that_concern_us_have_a_test() -> None:
    """And seven of ten of all; the page tells how many there are."""
    ours = [how for _id, _level, _words, how in ROWS if not how.startswith("Not used")]
    tested = [how for how in ours if TESTS.search(how)]
    assert len(tested) / len(ours) >= 0.7
    assert len(tested) / len(ROWS) >= 0.7
    shares = [100 * len(tested) // len(each) for each in (ROWS, ours)]
    assert (
        f"{len(tested)} name a test: {shares[0]} in a hundred of all, "
        f"{shares[1]} in a hundred of the {len(ours)} that concern us"
    ) in PAGE
