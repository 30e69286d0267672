"""Which language a person reads, and the gettext functions everybody else imports from here."""

from collections.abc import Callable

from babel import Locale
from flask import Flask, has_request_context, request
from flask_babel import (
    Babel,
    force_locale,
    get_domain,
    get_locale,
    gettext,
    lazy_gettext,
)
from flask_babel import ngettext as plural_gettext

from klippekort.platform.assets import PACKAGE

# Flask-Babel carries no types, so they are said here once for everybody.
_: Callable[..., str] = gettext
_l: Callable[..., str] = lazy_gettext
ngettext: Callable[..., str] = plural_gettext

# Always with a territory: the bare "da" counts weeks wrongly and the bare "en" writes 11/22/26.
LOCALES = {"da": "da_DK", "en": "en_GB"}
HTML_LANGUAGES = {"da": "da", "en": "en-GB"}
COOKIE = "lang"
TIMEZONE = "Europe/Copenhagen"

# WTForms knows no Danish, so its own messages are translated in our catalogue.
FORM_MESSAGES = (
    _l("CSRF failed."),
    _l("CSRF token expired."),
    _l("CSRF token missing."),
    _l("Invalid CSRF Token."),
    _l("Invalid input."),
    _l("Invalid Choice: could not coerce."),
    _l("Invalid email address."),
    _l("Not a valid choice."),
    _l("Not a valid date value."),
    _l("Not a valid datetime value."),
    _l("Not a valid decimal value."),
    _l("Not a valid float value."),
    _l("Not a valid integer value."),
    _l("Not a valid time value."),
    _l("Not a valid week value."),
    _l("Number must be at least %(min)s."),
    _l("Number must be at most %(max)s."),
    _l("Number must be between %(min)s and %(max)s."),
    _l("This field is required."),
    _l("The CSRF token has expired."),
    _l("The CSRF token is invalid."),
    _l("The CSRF token is missing."),
)

__all__ = [
    "COOKIE",
    "LOCALES",
    "TIMEZONE",
    "FormTranslations",
    "_",
    "_l",
    "current_locale",
    "force_locale",
    "html_lang",
    "init_i18n",
    "ngettext",
]


class FormTranslations:
    """WTForms' messages in the reader's language; return one from a form's `get_translations`."""

    def gettext(self, string: str) -> str:
        """Return the message as our catalogue has it, its placeholders untouched."""
        return str(get_domain().get_translations().ugettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the message for the number `n`, its placeholders untouched."""
        return str(get_domain().get_translations().ungettext(singular, plural, n))


def init_i18n(app: Flask) -> None:
    """Make the app speak Danish, or English to those whose `lang` cookie says `en`."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", LOCALES["da"])
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", TIMEZONE)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(PACKAGE / "translations"))
    Babel(app, locale_selector=_chosen_locale)
    app.jinja_env.globals.update(html_lang=html_lang, current_locale=current_locale)


def current_locale() -> Locale:
    """Return the reader's locale; Danish outside a request, as in letters and jobs."""
    return get_locale() or Locale.parse(LOCALES["da"])


def html_lang() -> str:
    """Return the value of `<html lang>` for the reader's language: `da` or `en-GB`."""
    return HTML_LANGUAGES[current_locale().language]


def _chosen_locale() -> str | None:
    if not has_request_context():
        return None
    return LOCALES.get(request.cookies.get(COOKIE, ""))
