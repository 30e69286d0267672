"""Fields and checks that the forms of volunteers share."""

from wtforms.validators import Regexp

from klippekort.platform.i18n import _l

EMAIL = Regexp(
    r"\A[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("Write an e-mail like name@example.com.")
)
