"""F26 and F27: hostile strings in every field of every form, and in every name that is shown."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from operator import itemgetter
from random import Random

import pytest
from flask import Flask

from klippekort.operations import demo
from klippekort.platform.db import db
from tests.databases import rolled_back
from tests.faults import nasty
from tests.faults.forms import REDIRECTS, Form, browser, gather
from tests.faults.seldom import BUTTONS, FILLED, MACHINES, asked_visits, seldom, with_gateways
from tests.faults.small import demo_on, nothing_behind
from tests.sites import furnish, people, visits

pytestmark = pytest.mark.timeout(3600)

SEED, PAIRS = 20261122, 10_000
UNTOUCHED = {"csrf_token", "key"}
# These are never sent out, not even to whoever has just typed them.
NOT_SENT_BACK = {"person_number", "pin", "code", "scan"}


@pytest.fixture(scope="module")
def demo_app(
    database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    with demo_on(database, tmp_path_factory.mktemp("hostile"), request) as app:
        with_gateways(app)
        yield app


@pytest.fixture(scope="module")
def forms(demo_app: Flask) -> list[Form]:
    """Every form there is, once for each set of fields that it is found with."""
    with demo_app.app_context():
        staff = people(demo.log_ins())
        values = furnish(demo_app, staff)
        values |= seldom(staff, values)
        todo = [*visits(demo_app, staff, values), *asked_visits(staff, values)]
        db.session.remove()
        with nothing_behind():
            return list(gather(demo_app, todo, FILLED).values())


def attacks(forms: list[Form], pairs: int) -> Iterator[tuple[Form, str, str]]:
    """Yield each form with one field and what is written into it; chance shares the strings out."""
    fields = [(form, name) for form in forms for name in sorted(set(form.values) - UNTOUCHED)]
    each, chance = -(-pairs // len(fields)), Random(SEED)  # noqa: S311
    chosen = set(chance.sample(range(len(fields)), min(pairs, len(fields))))
    for number, (form, name) in enumerate(fields):
        if number not in chosen:
            continue
        for words in chance.sample(nasty.ALL, each):
            yield form, name, words


@dataclass
class Found:
    """What came of all attacks."""

    pairs: int
    statuses: Counter[int]
    broken: list[str]
    markup: list[str]
    lost: list[str]


@pytest.fixture(scope="module")
def pairs() -> int:
    """Return how many strings are to be tried: KLIPPEKORT_PAIRS, for somebody in a hurry."""
    return int(os.environ.get("KLIPPEKORT_PAIRS") or PAIRS)


@pytest.fixture(scope="module")
def found(demo_app: Flask, forms: list[Form], pairs: int) -> Found:
    found = Found(0, Counter(), [], [], [])
    with demo_app.app_context(), nothing_behind():
        # Whoever fills a form in logs in once for it: a PIN alone takes as long as ten forms.
        for form, ways in groupby(attacks(forms, pairs), key=itemgetter(0)):
            cookies = form.visit.cookies()
            for _form, name, words in ways:
                attack(demo_app, form, cookies, (name, words), found)
    return found


def attack(
    app: Flask, form: Form, cookies: Mapping[str, str], way: tuple[str, str], found: Found
) -> None:
    """Send a form with something written into one field, and note what came of it."""
    name, words = way
    what = f"{form.method} {form.endpoint} {name}={words[:40]!r}"
    with rolled_back(app):
        client = browser(app, cookies)
        answer = form.standing(app, client).send(client, {name: [words]})
        pages = [answer]
        if answer.status_code in REDIRECTS:
            pages.append(client.get(answer.headers["Location"]))
    found.pairs += 1
    for page in pages:
        found.statuses[page.status_code] += 1
        if page.status_code >= 500:
            found.broken.append(what)
        if page.mimetype == "text/html" and (bad := nasty.taken_for_markup(page.text)):
            found.markup.append(f"{what}: {bad}")
    is_kept = name in form.texts - NOT_SENT_BACK and _is_plain(words)
    if answer.status_code == 422 and is_kept and not _still_says(answer.text, name, words):
        found.lost.append(what)
    for page in pages:
        page.close()


def _is_plain(words: str) -> bool:
    """Say whether a browser would send and show these words as they are."""
    return words.isprintable() and words.strip() == words and 0 < len(words) <= 300


def _still_says(page: str, name: str, words: str) -> bool:
    """Say whether a field that was sent back still holds what was typed.

    Numbers and addresses may be sent back without blanks, and in small letters.
    """
    reader = _Said(name)
    reader.feed(page)
    return not reader.said or _plain(words) in map(_plain, reader.said)


def _plain(words: str) -> str:
    return "".join(words.split()).casefold()


class _Said(HTMLParser):
    """Collects what the fields of one name say; html5lib takes ten times as long."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.said, self.is_inside = name, list[str](), False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the value of a field of that name."""
        found = dict(attrs)
        self.is_inside = tag == "textarea" and found.get("name") == self.name
        if found.get("name") == self.name:
            self.said.append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave the field."""
        self.is_inside = False

    def handle_data(self, data: str) -> None:
        """Note what stands between a field's tags."""
        if self.is_inside:
            self.said[-1] += data


def test_ten_thousand_hostile_strings_break_no_page(found: Found, pairs: int) -> None:
    """F27, every field of every form: no error of ours, whatever is written into it."""
    assert found.pairs >= pairs
    assert sorted(set(found.broken)) == []


def test_no_field_is_taken_for_markup(found: Found) -> None:
    """F27: nothing raw on the page that answers, nor on the one it leads to."""
    assert sorted(set(found.markup)) == []


def test_a_form_that_is_refused_keeps_what_was_typed(found: Found) -> None:
    """F27: nothing lost of what somebody wrote."""
    assert sorted(set(found.lost)) == []


def test_every_form_was_reached(demo_app: Flask, forms: list[Form]) -> None:
    """Every address that takes a form is among those that were attacked, or is tried otherwise."""
    taking = {
        rule.endpoint for rule in demo_app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    otherwise = BUTTONS | MACHINES
    assert sorted(taking - {form.endpoint for form in forms} - otherwise) == []
    assert sorted(otherwise - taking) == []
