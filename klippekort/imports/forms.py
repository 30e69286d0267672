"""What is asked of somebody with a file."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from klippekort.imports.reading.rows import Kind
from klippekort.imports.reading.tables import MOST_BYTES
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l

# In the order of a first week: each may name what the ones before it brought.
KINDS = {
    Kind.CITIZENS: _l("Citizens"),
    Kind.STAFF: _l("Care workers"),
    Kind.SHIFTS: _l("Shifts"),
    Kind.CARDS: _l("What the cards hold"),
    Kind.VOLUNTEERS: _l("Volunteers"),
    Kind.ACTIVITIES: _l("Activities"),
    Kind.TRIPS: _l("Earlier trips"),
}


class UploadForm(KeyedForm):
    """A file and what it holds."""

    kind = RadioField(
        _l("What is in the file?"),
        choices=[SelectChoice(kind.value, word) for kind, word in KINDS.items()],
        validators=[InputRequired(_l("Choose what is in the file."))],
    )
    file = FileField(
        _l("The file"),
        validators=[FileRequired(_l("Choose a file."))],
    )
    content = b""

    def validate_file(self, field: Any) -> None:
        """Read the file, and refuse one that is empty or too large."""
        self.content = field.data.stream.read(MOST_BYTES + 1)
        if not self.content:
            raise ValidationError(_("The file is empty."))
        if len(self.content) > MOST_BYTES:
            raise ValidationError(_("The file is larger than 20 MB. Split it in two."))
