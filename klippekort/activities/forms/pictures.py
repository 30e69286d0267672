"""The form of an activity's picture."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired

from klippekort.activities.services import Made, NotAPicture, PictureTooLarge, remake
from klippekort.activities.services.images import MOST_BYTES, TooManyPoints
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm, at_most
from klippekort.platform.i18n import _, _l


class PictureForm(KeyedForm):
    """A picture, and what is seen on it; without a file only the words are changed."""

    file = FileField(_l("The picture"))
    text = StringField(
        _l("What is seen on it?"),
        [DataRequired(_l("Write what is seen on the picture.")), at_most(200)],
        filters=[stripped],
    )
    made: Made | None = None
    has_picture: bool = False

    def validate_file(self, field: Any) -> None:
        """Read the picture and make it anew, or say in words what is wrong with it."""
        content = field.data.stream.read(MOST_BYTES + 1) if field.data else b""
        if not content and not self.has_picture:
            raise ValidationError(_("Choose a picture."))
        if not content:
            return
        try:
            self.made = remake(content)
        except TooManyPoints:
            raise ValidationError(
                _("Choose a smaller picture, or take a new one with less detail.")
            ) from None
        except PictureTooLarge:
            raise ValidationError(
                _("The picture is larger than 12 MB. Choose a smaller one.")
            ) from None
        except NotAPicture:
            raise ValidationError(
                _("We cannot read that file. Choose a photo: JPEG, PNG or WebP.")
            ) from None
