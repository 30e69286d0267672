"""What a reader types after looking at a card is understood, also through a Danish keyboard."""

import pytest

from klippekort.domain.scanning import read_scan

TOKEN = "aB3-dE5_gH7jK9mN1pQ2rS"


@pytest.mark.parametrize(
    "typed",
    [
        f"http://127.0.0.1:8000/kort/lindeby/{TOKEN}",
        f"https://klippekort.example.dk/kort/lindeby/{TOKEN}/",
        f"  /kort/lindeby/{TOKEN}\n",
        TOKEN,
        f"httpsÆ--klippekort.example.dk-kort-lindeby-{TOKEN.translate(str.maketrans('-_', '+?'))}",
    ],
)
def test_the_code_is_found_however_it_is_typed(typed: str) -> None:
    assert read_scan(typed, "lindeby") == TOKEN


@pytest.mark.parametrize(
    "typed", ["", "hej", f"https://x.dk/kort/bakkeby/{TOKEN}", "https://x.dk/kort/lindeby/kort"]
)
def test_anything_else_is_no_card_of_this_municipality(typed: str) -> None:
    assert read_scan(typed, "lindeby") is None
