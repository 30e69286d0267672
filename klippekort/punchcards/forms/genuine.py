"""What is asked when a statement is made, and when somebody checks one."""

from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from klippekort.domain.genuine import Figures
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import CountField, DayField, KeyedForm, at_most
from klippekort.platform.i18n import _l

MOST = 10_000_000


class StatementForm(KeyedForm):
    """Of which day the statement is."""

    on = DayField(_l("At the end of"), [DataRequired(_l("Write the day."))])


class CodeForm(KeyedForm):
    """The code on a statement."""

    class Meta(KeyedForm.Meta):
        """Nothing is changed by looking, so nothing needs a token."""

        csrf = False

    kode = StringField(
        _l("Code on the paper"),
        [DataRequired(_l("Write the code.")), at_most(40)],
        filters=[stripped],
    )


def _minutes(label: str) -> CountField:
    return CountField(
        label,
        [
            InputRequired(_l("Write the number of minutes.")),
            NumberRange(0, MOST, _l("Write a whole number from 0.")),
        ],
    )


class FiguresForm(KeyedForm):
    """The figures on a statement, to be held against those that were written."""

    class Meta(KeyedForm.Meta):
        """Nothing is changed by looking, so nothing needs a token."""

        csrf = False

    g = _minutes(_l("Minutes given"))
    b = _minutes(_l("Minutes used"))
    u = _minutes(_l("Minutes lapsed"))
    t = _minutes(_l("Minutes left"))

    @property
    def figures(self) -> Figures:
        """Return what stands on the paper."""
        return Figures(self.g.data, self.b.data, self.u.data, self.t.data)
