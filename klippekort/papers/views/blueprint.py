"""The blueprint all pages of paper hang on, and how addresses are put on any paper."""

from typing import Any

from flask import Blueprint

from klippekort.domain.papers.envelope import in_window, return_lines

bp = Blueprint("papers", __name__)


@bp.app_template_filter()
def returned_to(home: Any) -> tuple[str, ...]:
    """Return the lines a municipality's answers on paper are sent to."""
    return return_lines(home.name, home.return_address)


bp.add_app_template_filter(in_window)
