"""What can be wrong with an imported file, in stable codes; `words` finds the sentences."""

from dataclasses import dataclass
from enum import StrEnum

MAX_SHOWN = 80


class Code(StrEnum):
    """Why a file, a row or a cell was refused. The values are stable: JSON output carries them."""

    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    OLD_WORKBOOK = "old_workbook"
    UNREADABLE_WORKBOOK = "unreadable_workbook"
    WORKBOOK_TOO_LARGE = "workbook_too_large"
    LINE_TOO_LONG = "line_too_long"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_FAULTS = "too_many_faults"
    TOO_MANY_COLUMNS = "too_many_columns"

    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    DUPLICATE_COLUMN = "duplicate_column"
    UNNAMED_COLUMN = "unnamed_column"

    BROKEN_QUOTES = "broken_quotes"
    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    DUPLICATE_ROW = "duplicate_row"

    NUL_CHARACTER = "nul_character"
    CONTROL_CHARACTER = "control_character"
    UNREADABLE_CHARACTER = "unreadable_character"
    GARBLED_LETTERS = "garbled_letters"

    MISSING_VALUE = "missing_value"
    TEXT_TOO_LONG = "text_too_long"
    BAD_PERSON_NUMBER = "bad_person_number"
    PERSON_NUMBER_TOO_SHORT = "person_number_too_short"
    PERSON_NUMBER_AS_RECORD_ID = "person_number_as_record_id"
    BAD_DATE = "bad_date"
    BAD_TIME = "bad_time"
    MIDNIGHT_AS_24 = "midnight_as_24"
    BAD_DECIMAL = "bad_decimal"
    BAD_DEGREES = "bad_degrees"
    HALF_A_PLACE = "half_a_place"
    BAD_MINUTES = "bad_minutes"
    BAD_WHOLE_NUMBER = "bad_whole_number"
    OUT_OF_RANGE = "out_of_range"
    BAD_YES_NO = "bad_yes_no"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    BAD_POSTCODE = "bad_postcode"
    UNKNOWN_CHOICE = "unknown_choice"

    SHIFT_TOO_LONG = "shift_too_long"
    ENDS_BEFORE_START = "ends_before_start"
    HALF_A_BREAK = "half_a_break"
    BREAK_OUTSIDE_SHIFT = "break_outside_shift"
    EXPIRES_BEFORE_EARNED = "expires_before_earned"
    LAST_DAY_MISSING = "last_day_missing"
    LAST_DAY_WITHOUT_REPEAT = "last_day_without_repeat"
    LAST_DAY_TOO_EARLY = "last_day_too_early"
    MORE_WHEELCHAIRS_THAN_SEATS = "more_wheelchairs_than_seats"

    RECORD_ID_TAKEN = "record_id_taken"
    UNKNOWN_SUPPLIER = "unknown_supplier"
    UNKNOWN_DISTRICT = "unknown_district"
    UNKNOWN_EMPLOYEE = "unknown_employee"
    UNKNOWN_CITIZEN = "unknown_citizen"
    UNKNOWN_SCHEME = "unknown_scheme"
    NO_SCHEME = "no_scheme"
    SEVERAL_SCHEMES = "several_schemes"
    SCHEME_NOT_BEGUN = "scheme_not_begun"
    SCHEME_NOT_READY = "scheme_not_ready"
    CARD_CLOSED = "card_closed"
    NO_CARD = "no_card"
    OTHER_BALANCE = "other_balance"
    NOT_YET = "not_yet"
    OVERLAPPING_SHIFT = "overlapping_shift"
    BOOKED_HERE = "booked_here"
    TRIPS_BOOKED = "trips_booked"


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why one cell could not be read; `detail` is a figure or list the sentence needs."""

    code: Code
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in the file.

    `row` is the row as a spreadsheet numbers it (the header is usually 1), 0 for the whole file.
    `column` is the Danish header. `value` is what stood there, cut to 80 characters; it may be
    personal, so it is shown to the person importing and never logged.
    """

    row: int
    column: str | None
    code: Code
    value: str = ""
    detail: str = ""


def shown(value: str) -> str:
    """Return `value` short enough to show beside the reason."""
    return value if len(value) <= MAX_SHOWN else value[: MAX_SHOWN - 1] + "…"
