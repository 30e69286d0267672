"""Fields and checks that the forms of volunteers share."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import Optional as Free
from wtforms.validators import Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from klippekort.citizens.forms import choices
from klippekort.platform.i18n import _l

EMAIL = Regexp(
    r"\A[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("Write an e-mail like name@example.com.")
)


def several(label: Any, words: Mapping[str, Any]) -> SelectMultipleField:
    """Return a field of which one may tick as many as one likes, or none."""
    return SelectMultipleField(
        label,
        [Free()],
        choices=choices(words),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
