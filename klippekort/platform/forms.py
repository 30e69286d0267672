"""The form every change is made with: it names its own press of the button."""

from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import UUID, DataRequired

from klippekort.platform.i18n import FormTranslations


class KeyedForm(FlaskForm):
    """A form whose key is made when it is shown, so that a double tap is one deed."""

    key = HiddenField(default=lambda: str(uuid4()), validators=[DataRequired(), UUID()])

    class Meta(FlaskForm.Meta):
        """Say WTForms' own messages in the reader's language."""

        def get_translations(self, form: Any) -> Any:
            return FormTranslations()
