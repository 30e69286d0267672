"""Letters of the law as they are drawn: one, or a pile of them."""

from collections.abc import Sequence

from klippekort.papers.forms.drawing import page
from klippekort.papers.services.composing import Body
from klippekort.platform.i18n import force_locale
from klippekort.platform.languages import LOCALES


def letters_html(bodies: Sequence[Body]) -> str:
    """Return letters as one page to draw, in Danish."""
    with force_locale(LOCALES["da"]):
        return page("papers/law_letters.html", letters=bodies)
