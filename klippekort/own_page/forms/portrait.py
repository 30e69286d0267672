"""The form of a care worker's own picture."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import ValidationError

from klippekort.activities.services import Made, NotAPicture, PictureTooLarge, remake
from klippekort.activities.services.images import MOST_BYTES, TooManyPoints
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l


class PortraitForm(KeyedForm):
    """A picture of oneself."""

    file = FileField(_l("A picture of you"))
    made: Made | None = None

    def validate_file(self, field: Any) -> None:
        """Read the picture and make it anew, or say in words what is wrong with it."""
        content = field.data.stream.read(MOST_BYTES + 1) if field.data else b""
        if not content:
            raise ValidationError(_("Choose a picture."))
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
