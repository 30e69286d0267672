"""What is wrong in a scheme, in words: beside a field, and by line in a file.

Nothing here needs a page or a database, so the command line says the same.
"""

from klippekort.domain.schemes import Fault, Wrong, fault_line
from klippekort.platform.i18n import _, _l

NEW_LINE = b"\n"
_IN_A_FILE = {
    Wrong.UNKNOWN_KEY: _l("unknown key"),
    Wrong.UNKNOWN_WORD: _l("unknown word"),
    Wrong.NOT_A_TABLE: _l("this is not written as a table"),
    Wrong.NOT_TEXT: _l("is not text"),
    Wrong.NOT_YES_OR_NO: _l("is not true or false"),
    Wrong.NOT_WHOLE: _l("is not a whole number, zero or more"),
    Wrong.NOT_A_NUMBER: _l("is not a number"),
    Wrong.NOT_A_DATE: _l("is not a date"),
    Wrong.NOT_A_TIME: _l("is not a time of day"),
    Wrong.NOT_A_SPAN: _l("is not a length of time"),
    Wrong.MISSING: _l("this must be said"),
    Wrong.OUT_OF_RANGE: _l("is out of range"),
    Wrong.TOO_LARGE: _l("is more than can be reckoned with"),
    Wrong.CONTRADICTION: _l("contradicts"),
    Wrong.NOT_A_RULE: _l("is not a rule that can be read"),
    Wrong.NO_QUOTE: _l("a quotation mark is missing: text begins and ends with one"),
    Wrong.NO_BRACKET: _l("a bracket is opened here and never closed"),
    Wrong.NO_EQUALS: _l("there is no = between the name and what it says"),
    Wrong.TWO_EQUALS: _l("there is one = too many: write one between the name and what it says"),
    Wrong.TWICE: _l("has been said before, and may be said only once"),
    Wrong.NO_VALUE: _l("what stands after = cannot be read: put text in quotation marks"),
    Wrong.TOO_MUCH: _l("there is more on the line than one value. Write 0.5, not 0,5"),
    Wrong.BAD_SIGN: _l("there is a sign here that cannot be shown. Delete it and write it anew"),
    Wrong.BACKSLASH: _l("there is a backslash here. Write it twice, or leave it out"),
    Wrong.NOT_TOML: _l("a line is a name, = and a value, or a part's name in brackets"),
}
_AT_A_FIELD = {
    Wrong.UNKNOWN_KEY: _l("We do not know this rule."),
    Wrong.UNKNOWN_WORD: _l("Choose one of the answers."),
    Wrong.NOT_A_TABLE: _l("Fill in the whole block."),
    Wrong.NOT_TEXT: _l("Write it in words."),
    Wrong.NOT_YES_OR_NO: _l("Choose one of the answers."),
    Wrong.NOT_WHOLE: _l("Write a whole number, 0 or more."),
    Wrong.NOT_A_NUMBER: _l("Write a number, for example 0.5."),
    Wrong.NOT_A_DATE: _l("Write a day that exists. For example 12-24 or 2026-12-24."),
    Wrong.NOT_A_TIME: _l("Write a time of day, for example 10:00."),
    Wrong.NOT_A_SPAN: _l("Write a whole number, and choose weeks, months or years."),
    Wrong.MISSING: _l("This must be filled in."),
    Wrong.OUT_OF_RANGE: _l("The number is too small."),
    Wrong.TOO_LARGE: _l("This is more than we can reckon with. Write less."),
    Wrong.NOT_A_RULE: _l("We cannot read this rule. Check brackets and words."),
}
# What a cap with no limit lacks, or the other limit of one with two.
_ONE_LIMIT = ("minutes, punches", "saving.caps.")


def at_a_field(fault: Fault, other: str = "") -> str:
    """Return what to do about a fault, for the one who filled the field in.

    `other` is what the page calls the rule that a contradiction is with.
    """
    if fault.key.startswith("saving.caps.") and fault.hint.startswith(_ONE_LIMIT):
        return str(_("Fill in one of the three: minutes, punches or periods."))
    if fault.wrong is Wrong.CONTRADICTION:
        if not other:
            return str(_("This does not fit with the rest. Change one of them."))
        return str(_("This does not fit with: %(other)s", other=other))
    if fault.wrong is Wrong.NOT_A_SPAN and not fault.key.startswith("expiry."):
        return str(_("Write a whole number, and choose hours, days or weeks."))
    if fault.wrong is Wrong.NOT_A_RULE and fault.said.strip():
        return str(
            _("We cannot read “%(part)s” in this rule. Check brackets and words.", part=fault.said)
        )
    return str(_AT_A_FIELD[fault.wrong])


def in_a_file(fault: Fault) -> str:
    """Return why a value in a file is refused: what was said, the reason, what would be right."""
    if fault.line:
        return " – ".join(part for part in (fault.said, str(_IN_A_FILE[fault.wrong])) if part)
    parts = (
        f'"{fault.said}"' if fault.said else "",
        str(_IN_A_FILE[fault.wrong]),
        f"({fault.hint})" if fault.hint else "",
    )
    return " ".join(part for part in parts if part)


def by_line(text: str, fault: Fault) -> str:
    """Return a fault with the line of the text and the key it stands at, if it stands at one."""
    line = fault_line(text, fault)
    if not fault.key:
        return f"{_line(line)}: {in_a_file(fault)}"
    where = _("Line %(line)s, %(key)s", line=line, key=fault.key)
    return f"{where}: {in_a_file(fault)}"


def _line(number: int) -> str:
    return str(_("Line %(line)s", line=number))


def not_utf_8(raw: bytes, error: UnicodeDecodeError) -> str:
    """Return that a file is no text of the one kind we read: on which line, and what to do."""
    said = _("A letter here cannot be read. Save the file as UTF-8, and try again.")
    return f"{_line(raw.count(NEW_LINE, 0, error.start) + 1)}: {said}"
