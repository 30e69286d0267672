"""What every message says by default, in every language that is whole: plain and short."""

from datetime import UTC, datetime

import pytest
from babel.dates import format_date
from flask import Flask

from klippekort.domain.messages.segments import MOST_SEGMENTS, segments
from klippekort.domain.messages.wording import long_sentences, office_words
from klippekort.messages.queries.people import Home
from klippekort.messages.services.wording import KINDS, NOTICES, example, key_words
from klippekort.platform.i18n import force_locale
from klippekort.platform.languages import offered

LOCALES = [one.locale for one in offered(whole=True)]
HOME = Home("Aabenraa Kommune", "12 34 56 78")
# The longest weekday and month there are.
AT = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)


def said(kind: str) -> str:
    one = KINDS[kind]
    return example(kind, str(one.text), HOME, AT)


@pytest.fixture(params=LOCALES)
def locale(app: Flask, request: pytest.FixtureRequest):
    with force_locale(request.param):
        yield request.param


def test_no_sentence_has_more_than_fifteen_words(locale: str):
    heard = {kind: [said(kind), str(one.spoken)] for kind, one in KINDS.items()}
    heard["keys"] = [key_words(asks=True), key_words(asks=False)]
    heard["notices"] = [str(one) for one in NOTICES.values()]
    long = {kind: [long_sentences(one) for one in texts] for kind, texts in heard.items()}
    assert {kind: found for kind, found in long.items() if any(found)} == {}


def test_nothing_sounds_like_an_office(locale: str):
    stiff = {kind: office_words(said(kind)) for kind in KINDS}
    assert {kind: found for kind, found in stiff.items() if found} == {}


def test_nothing_is_longer_than_two_text_messages(locale: str):
    counted = {kind: segments(f"{said(kind)}\n{HOME.name}") for kind in KINDS}
    assert {kind: n for kind, n in counted.items() if n > MOST_SEGMENTS} == {}


def test_weekday_and_place_are_spelled_out(locale: str):
    weekday = format_date(AT, "EEEE", locale=locale).casefold()
    lacking = {
        kind
        for kind, one in KINDS.items()
        if "{day}" in str(one.text) and weekday not in said(kind).casefold()
    }
    placeless = {
        kind
        for kind, one in KINDS.items()
        if "place" in one.names and "{place}" not in str(one.text)
    }
    assert (lacking, placeless) == (set(), set())
