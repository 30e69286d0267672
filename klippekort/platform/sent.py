"""A request as the program reads it: what is typed holds no NUL, which PostgreSQL cannot keep."""

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

NUL = "\0"


class Sent(Request):
    """A request whose fields, and what is asked in its address, are without NUL."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The questions in the address."""
        return _without_nul(super().args)

    def _load_form_data(self) -> None:
        is_read = "form" in self.__dict__
        super()._load_form_data()
        if not is_read:
            self.__dict__["form"] = _without_nul(self.form)


def _without_nul(said: MultiDict[str, str]) -> MultiDict[str, str]:
    pairs = list(said.items(multi=True))
    if not any(NUL in name or NUL in value for name, value in pairs):
        return said
    return ImmutableMultiDict(
        (name.replace(NUL, ""), value.replace(NUL, "")) for name, value in pairs
    )
