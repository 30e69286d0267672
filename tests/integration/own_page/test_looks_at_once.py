"""A look at her record stands on her own page at once, by whatever page it was."""

from datetime import timedelta

from flask import Flask

from klippekort.citizens.queries import list_looks
from klippekort.platform import clock
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.own_page.arrange import arrange
from tests.integration.own_page.visits import signed_in
from tests.login import log_in


def test_a_look_is_on_her_page_when_the_next_request_comes(
    committed_app: Flask, committed_cast: Cast
) -> None:
    """G12: nothing waits between a look and her page, which another session reads."""
    ellen = committed_cast.ellen
    staff, hers = committed_app.test_client(), committed_app.test_client()
    page = f"{signed_in(hers, arrange(committed_cast))}/hvem-har-set"
    log_in(staff, committed_cast.karen)
    for number, path in enumerate(("oensker", "oplysninger", "log"), 1):
        began = clock.now()
        assert staff.get(f"/borgere/{ellen}/{path}").status_code == 200
        assert hers.get(page).text.count("<strong>Koordinator</strong>") == number
        with acting_for(HOME):
            latest = next(one for one in list_looks(ellen) if one.role == "coordinator")
        assert latest.at - began < timedelta(minutes=1)
