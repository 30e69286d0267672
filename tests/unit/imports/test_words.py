"""Every fault has a sentence, short enough to be read."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.words import REASONS, reason
from klippekort.platform.i18n import force_locale, init_i18n


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    app = Flask("words")
    init_i18n(app)
    with app.test_request_context(), force_locale("en_GB"):
        yield


def test_every_fault_has_a_reason() -> None:
    assert set(REASONS) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_a_reason_has_short_sentences_and_its_detail(code: Code) -> None:
    said = reason(Fault(2, "Navn", code, "x", "7"))
    assert "%" not in said
    assert all(len(sentence.split()) <= 15 for sentence in re.split(r"[.?] ", said))


def test_the_reason_carries_the_figure_it_needs() -> None:
    assert reason(Fault(2, "Navn", Code.TEXT_TOO_LONG, "x", "100")) == (
        "The text is longer than 100 characters."
    )
