"""A municipality that is set up for the sample files, and files made of rows."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor, Role
from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import Setting, Terms, choices_of, decide, missing_to_run
from klippekort.imports import jobs
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.importing import prepare
from klippekort.imports.services.run import Counts
from klippekort.municipalities.services import add_district, add_supplier
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.schemes import create_scheme
from tests.cast import Cast

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SUPPLIERS = ("Lindeby Kommunale Hjemmepleje", "Omsorg & Nærvær ApS", "Tryg Pleje A/S")
DISTRICTS = ("Vest", "Øst")  # Nord and Syd are there
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
READY: Terms = decide(
    PRESETS["nyborg"].terms,
    {rule: next(iter(choices_of(rule))) for rule in missing_to_run(PRESETS["nyborg"].terms)},
)
CITIZEN_HEADER = (
    "CPR-nummer;Fornavn;Efternavn;Adresse;Postnr;By;Leverandør;Distrikt;Boform;"
    "Adressebeskyttelse;Klippekort fra"
)


def a_citizen(number: str = "610150-1234", first: str = "Else", **changed: str) -> str:
    cells = {
        "number": number,
        "first": first,
        "last": "Holm",
        "address": "Åvej 1",
        "postcode": "4681",
        "town": "Lindeby",
        "supplier": "Hjemmeplejen",
        "district": "Nord",
        "setting": "Eget hjem",
        "protected": "nej",
        "card": "",
    } | changed
    return ";".join(cells.values())


def file_of(header: str, *rows: str) -> bytes:
    return "\n".join((header, *rows, "")).encode()


def bring(kind: Kind, data: bytes | Path, actor: Actor, **options: Any) -> Counts:
    with acting_for(actor.municipality_id):
        return jobs.apply(actor, kind, prepare(kind, data), now=NOW, **options)


def set_up_samples(ada: Actor) -> None:
    """Add what the sample files name: three suppliers, four districts, a scheme for each home."""
    coordinator = replace(ada, role=Role.COORDINATOR)
    with acting_for(ada.municipality_id):
        for name in SUPPLIERS:
            execute(add_supplier, ada, name, False, None, NOW)
        for name in DISTRICTS:
            execute(add_district, ada, name, NOW)
        add_schemes(coordinator)


def add_schemes(actor: Actor) -> dict[Setting, UUID]:
    return {
        setting: UUID(
            execute(
                create_scheme,
                actor,
                name=name,
                setting=setting,
                terms=READY,
                from_on=date(2026, 1, 1),
                now=NOW,
            )
        )
        for setting, name in ((Setting.OWN_HOME, "Hjemme"), (Setting.CARE_HOME, "Plejehjem"))
    }


@pytest.fixture
def ada(cast: Cast) -> Actor:
    return cast.ada


@pytest.fixture
def ready(ada: Actor) -> Actor:
    set_up_samples(ada)
    return ada


@pytest.fixture
def pages(committed_app: Flask, committed_cast: Cast) -> Iterator[FlaskClient]:
    """A browser, on a database of its own; imports run in a thread beside it."""
    yield committed_app.test_client()
    finish_imports()


def finish_imports() -> None:
    """Wait until no import is under way."""
    for thread in threading.enumerate():
        if thread.name.startswith("import-"):
            thread.join()
    db.session.rollback()
