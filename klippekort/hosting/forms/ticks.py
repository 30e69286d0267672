"""A question with several answers, each with a box to tick."""

from wtforms import SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget


def ticks(label: str, *, is_optional: bool = True) -> SelectMultipleField:
    """Return a question whose answers are filled in later."""
    return SelectMultipleField(
        label,
        [Optional()] if is_optional else [],
        choices=[],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
