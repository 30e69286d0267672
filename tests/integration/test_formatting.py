"""Minutes, days, times, money and numbers as a Danish and an English reader see them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from klippekort.platform import formatting
from klippekort.platform.assets import PACKAGE
from klippekort.platform.i18n import (
    FormTranslations,
    current_locale,
    force_locale,
    html_lang,
    init_i18n,
)

TUESDAY = date(2026, 3, 3)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    translations = tmp_path_factory.mktemp("translations")
    compile_danish(translations)
    app = Flask("formatting")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations)
    init_i18n(app)
    formatting.init_formatting(app)
    return app


def compile_danish(into: Path) -> None:
    source = PACKAGE / "translations" / "da" / "LC_MESSAGES" / "messages.po"
    target = into / "da" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with source.open("rb") as po, target.open("wb") as mo:
        write_mo(mo, read_po(po, locale="da_DK"))


@pytest.fixture(autouse=True)
def danish(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def english(danish: None) -> Iterator[None]:
    with force_locale("en_GB"):
        yield


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutter"),
        (1, "1 minut"),
        (45, "45 minutter"),
        (60, "1 time"),
        (90, "1 time 30 minutter"),
        (121, "2 timer 1 minut"),
    ],
)
def test_a_duration_is_said_in_hours_and_minutes(minutes: int, words: str) -> None:
    assert formatting.duration(minutes) == words


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 min"), (60, "1 t"), (90, "1 t 30 min")])
def test_a_short_duration_fits_a_narrow_place(minutes: int, words: str) -> None:
    assert formatting.short_duration(minutes) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 klip"),
        (30, "1 klip"),
        (180, "6 klip"),
        (160, "5 klip og 10 minutter"),
        (29, "29 minutter"),
    ],
)
def test_punches_are_never_rounded(minutes: int, words: str) -> None:
    assert formatting.punches(minutes, 30, "klip", "klip") == words


def test_one_punch_takes_the_schemes_word_for_one() -> None:
    assert formatting.punches(15, 15, "punch", "punches") == "1 punch"


@pytest.mark.parametrize("refused", [formatting.duration, formatting.short_duration])
def test_less_than_no_time_is_refused(refused: Callable[[int], str]) -> None:
    with pytest.raises(ValueError, match="-1"):
        refused(-1)


def test_a_punch_of_no_minutes_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to the punch"):
        formatting.punches(30, 0, "klip", "klip")


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (None, "tirsdag den 3. marts"),
        (date(2026, 3, 3), "i dag, tirsdag den 3. marts"),
        (date(2026, 3, 2), "i morgen, tirsdag den 3. marts"),
        (date(2026, 3, 4), "i går, tirsdag den 3. marts"),
        (date(2026, 2, 1), "tirsdag den 3. marts"),
        (date(2025, 12, 31), "tirsdag den 3. marts 2026"),
    ],
)
def test_a_day_is_named_as_people_say_it(today: date | None, words: str) -> None:
    assert formatting.day(TUESDAY, today) == words


def test_a_full_day_has_its_year() -> None:
    assert formatting.full_day(TUESDAY) == "tirsdag den 3. marts 2026"


def test_an_instant_is_shown_as_the_clocks_in_copenhagen_show_it() -> None:
    assert formatting.clock_time(datetime(2026, 7, 1, 11, 5, tzinfo=UTC)) == "13.05"


def test_an_instant_belongs_to_the_day_it_is_in_copenhagen() -> None:
    assert formatting.day(datetime(2026, 3, 2, 23, 30, tzinfo=UTC)) == "tirsdag den 3. marts"


def test_a_time_of_day_is_shown_as_it_stands() -> None:
    assert formatting.clock_time(time(9, 30)) == "9.30"


def test_a_moment_is_day_and_time() -> None:
    at = datetime(2026, 3, 3, 12, 5, tzinfo=UTC)
    assert formatting.moment(at) == "tirsdag den 3. marts kl. 13.05"


def test_a_time_range_goes_from_and_to() -> None:
    assert formatting.time_range(time(13, 5), time(15, 30)) == "kl. 13.05–15.30"


def test_weeks_are_counted_as_the_calendar_on_the_wall_does() -> None:
    assert formatting.week(date(2026, 12, 31)) == "uge 53"


@pytest.mark.parametrize(
    ("oere", "words"),
    [(0, "0 kr."), (3500, "35 kr."), (3550, "35,50 kr."), (123_450, "1.234,50 kr.")],
)
def test_money_has_oere_only_when_there_are_any(oere: int, words: str) -> None:
    assert formatting.kroner(oere) == words


@pytest.mark.parametrize(
    ("number", "words"), [("+4520123456", "20 12 34 56"), ("+4670123456", "+4670123456")]
)
def test_danish_phone_numbers_stand_in_pairs(number: str, words: str) -> None:
    assert formatting.phone(number) == words


@pytest.mark.usefixtures("english")
def test_an_english_reader_gets_english_words() -> None:
    assert formatting.duration(90) == "1 hour 30 minutes"


@pytest.mark.usefixtures("english")
def test_an_english_reader_gets_a_british_moment() -> None:
    assert formatting.moment(datetime(2026, 3, 3, 12, 5, tzinfo=UTC)) == "Tuesday 3 March at 13:05"


def test_the_language_cookie_chooses_english(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert html_lang() == "en-GB"


def test_an_unknown_language_is_danish(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "lang=xx"}):
        assert html_lang() == "da"


def test_letters_written_outside_a_request_are_danish(app: Flask) -> None:
    with app.app_context():
        assert str(current_locale()) == "da_DK"


def test_the_form_librarys_own_messages_are_danish() -> None:
    assert FormTranslations().gettext("Not a valid choice.") == "Vælg et af svarene på listen."


def test_templates_have_the_functions_as_filters(app: Flask) -> None:
    assert app.jinja_env.from_string("{{ 90 | duration }}").render() == "1 time 30 minutter"
