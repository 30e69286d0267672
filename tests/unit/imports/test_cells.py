"""Each cell reader: what it takes, in every form people write, and what it refuses."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from klippekort.imports.reading import cells
from klippekort.imports.reading.faults import CellFault, Code


def code(value: Any) -> Code | None:
    return value.code if isinstance(value, CellFault) else None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("671034-7469", "671034-7469"),
        ("6710347469", "671034-7469"),
        ("67 10 34 – 7469", "671034-7469"),
        ("010150-0ab1", "010150-0AB1"),
        ("290200-4123", "290200-4123"),
        ("910150-1234", "910150-1234"),
    ],
)
def test_a_person_number_is_read_with_or_without_its_dash(written: str, meant: str) -> None:
    assert cells.person_number(written) == meant


@pytest.mark.parametrize(
    "written", ["321034-7469", "011334-7469", "290201-1234", "601034-7469", "0101", "ÆØ0134-7469"]
)
def test_a_person_number_without_a_real_day_is_refused(written: str) -> None:
    assert code(cells.person_number(written)) is Code.BAD_PERSON_NUMBER


def test_a_person_number_that_lost_its_zero_is_named_as_such() -> None:
    assert code(cells.person_number("101501234")) is Code.PERSON_NUMBER_TOO_SHORT


@pytest.mark.parametrize(
    "written",
    [
        "3-3-2026",
        "03-03-2026",
        "3/3/2026",
        "3.3.2026",
        "2026-03-03",
        "3. marts 2026",
        "3 MAR 2026",
        "03-03-2026 00:00",
        "2026-03-03T00:00:00",
    ],
)
def test_a_date_is_read_as_danes_write_it(written: str) -> None:
    assert cells.danish_date(written) == date(2026, 3, 3)


@pytest.mark.parametrize(
    "written",
    ["31-02-2026", "3-3-26", "46000", "3. ma 2026", "3. foo 2026", "0-1-2026", "³-3-2026"],
)
def test_what_is_no_date_is_refused(written: str) -> None:
    assert code(cells.danish_date(written)) is Code.BAD_DATE


@pytest.mark.parametrize("written", ["7:30", "07.30", "07:30:00", "kl. 7.30", "Kl 07:30"])
def test_a_time_is_read_with_colon_or_dot(written: str) -> None:
    assert cells.clock_time(written) == time(7, 30)


@pytest.mark.parametrize("written", ["7", "25:00", "7:60", "syv"])
def test_what_is_no_time_is_refused(written: str) -> None:
    assert code(cells.clock_time(written)) is Code.BAD_TIME


def test_midnight_as_24_is_refused_because_its_day_is_unclear() -> None:
    assert code(cells.clock_time("24:00")) is Code.MIDNIGHT_AS_24


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("612,5", "612.5"),
        ("600", "600"),
        ("1.250", "1250"),
        ("1.250,75", "1250.75"),
        ("2.5", "2.5"),
    ],
)
def test_a_decimal_has_a_comma_and_thousands_a_dot(written: str, meant: str) -> None:
    assert str(cells.decimal(0, 10_080)(written)) == meant


@pytest.mark.parametrize("written", ["en halv", "1,2,3", "12.50.00", "=1+1", "٣"])
def test_what_is_no_decimal_is_refused(written: str) -> None:
    assert code(cells.decimal(0, 100)(written)) is Code.BAD_DECIMAL


@pytest.mark.parametrize("written", ["-1", "100,5"])
def test_a_decimal_outside_its_bounds_is_refused(written: str) -> None:
    assert code(cells.decimal(0, 100)(written)) is Code.OUT_OF_RANGE


@pytest.mark.parametrize("written", ["25", "25,00", "25.00", "kr. 25", "25 kr.", "25,-", "DKK 25"])
def test_a_price_may_name_its_kroner(written: str) -> None:
    assert cells.price(written) == Decimal(25)


def test_gratis_is_a_price_of_nothing() -> None:
    assert cells.price("Gratis") == Decimal(0)


def test_a_price_in_words_is_refused() -> None:
    assert code(cells.price("billigt")) is Code.BAD_DECIMAL


@pytest.mark.parametrize("written", ["90", "1:30", "01:30", "1 t 30 min", "1 time og 30 minutter"])
def test_minutes_are_read_as_figures_or_words(written: str) -> None:
    assert cells.minutes(written) == 90


@pytest.mark.parametrize("written", ["", "-5", "1:75", "halvanden time", "1,5"])
def test_what_is_no_minutes_is_refused(written: str) -> None:
    assert code(cells.minutes(written)) is Code.BAD_MINUTES


def test_absurdly_many_minutes_are_refused() -> None:
    assert code(cells.minutes("999999999")) is Code.OUT_OF_RANGE


@pytest.mark.parametrize("written", ["12,5", "-1", "²", "ti"])
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    assert code(cells.whole_number(0, 20)(written)) is Code.BAD_WHOLE_NUMBER


def test_a_whole_number_outside_its_bounds_is_refused() -> None:
    assert code(cells.whole_number(1, 20)("21")) is Code.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ja", True),
        ("x", True),
        ("1", True),
        ("SAND", True),
        ("nej", False),
        ("0", False),
        ("falsk", False),
        ("yes", True),
        ("No", False),
    ],
)
def test_yes_and_no_have_many_forms(written: str, meant: bool) -> None:
    assert cells.yes_no(written) is meant


def test_maybe_is_neither_yes_nor_no() -> None:
    assert code(cells.yes_no("måske")) is Code.BAD_YES_NO


@pytest.mark.parametrize("written", ["44 57 22 80", "+45 44572280", "004544572280", "44-57-22-80"])
def test_a_telephone_number_is_danish_unless_it_says_otherwise(written: str) -> None:
    assert cells.phone(written) == "+4544572280"


def test_a_foreign_number_keeps_its_country() -> None:
    assert cells.phone("+46 8 123 456 78") == "+46812345678"


@pytest.mark.parametrize("written", ["1234", "ring til Ole", "44572280 lok. 12"])
def test_what_is_no_telephone_number_is_refused(written: str) -> None:
    assert code(cells.phone(written)) is Code.BAD_PHONE


def test_an_email_is_in_small_letters() -> None:
    assert cells.email("Anna.Bæk@Lindeby.Example") == "anna.bæk@lindeby.example"


@pytest.mark.parametrize(
    "written", ["anna", "anna@", "a b@c.dk", "a@b", "a@b.dk, c@d.dk", "a@@b.dk"]
)
def test_what_is_no_email_is_refused(written: str) -> None:
    assert code(cells.email(written)) is Code.BAD_EMAIL


@pytest.mark.parametrize("written", ["468", "46810", "DK46", "٤٦٨١"])
def test_a_postcode_has_four_digits(written: str) -> None:
    assert code(cells.postcode(written)) is Code.BAD_POSTCODE


def test_a_list_is_parted_by_comma_or_semicolon_and_holds_each_once() -> None:
    assert cells.listed("ilt, rollator;ilt;;") == ("ilt", "rollator")


def test_text_is_put_on_one_line() -> None:
    assert cells.text()("Åvej 3\r\n2.  tv") == "Åvej 3 2. tv"


def test_text_that_looks_like_a_formula_stays_text() -> None:
    assert cells.text()("=HYPERLINK(1)") == "=HYPERLINK(1)"


def test_text_beyond_its_length_is_refused_with_the_length() -> None:
    assert cells.text(3)("fire") == CellFault(Code.TEXT_TOO_LONG, "fire", "3")


def test_a_choice_names_the_words_it_knows() -> None:
    read = cells.choice({"eget hjem": 1, "plejecenter*": 2})
    assert read("Plejecenter Solgården") == 2
    assert read("telt") == CellFault(Code.UNKNOWN_CHOICE, "telt", "eget hjem, plejecenter…")
