"""Fields and checks that the forms of volunteers share."""

from wtforms.validators import Regexp

from klippekort.domain import emails
from klippekort.platform.i18n import _l

EMAIL = Regexp(emails.EMAIL, message=_l("Write an e-mail like name@example.com."))
