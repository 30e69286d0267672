"""What to say about each fault: one sentence on what is wrong, one on what to do."""

from klippekort.imports.reading.faults import Code, Fault
from klippekort.platform.i18n import _l

REASONS = {
    Code.EMPTY_FILE: _l("The file is empty."),
    Code.FILE_TOO_LARGE: _l("The file is larger than 20 MB. Split it in two."),
    Code.OLD_WORKBOOK: _l("This is an old Excel file. Save it as .xlsx and try again."),
    Code.UNREADABLE_WORKBOOK: _l("The workbook is damaged. Save it again and try once more."),
    Code.WORKBOOK_TOO_LARGE: _l(
        "The workbook unpacks to far too much. Save the rows as CSV instead."
    ),
    Code.LINE_TOO_LONG: _l("This line is too long to be a row. Is it the right file?"),
    Code.NO_ROWS: _l("There is a header, but no rows below it."),
    Code.TOO_MANY_ROWS: _l("The file has more than %(detail)s rows. Split it."),
    Code.TOO_MANY_FAULTS: _l("Only the first %(detail)s faults are shown."),
    Code.TOO_MANY_COLUMNS: _l("The file has more than %(detail)s columns. Is it the right file?"),
    Code.MISSING_COLUMN: _l("The column is missing in the file."),
    Code.UNKNOWN_COLUMN: _l("We do not know this column. Rename it or delete it."),
    Code.DUPLICATE_COLUMN: _l("The column is there more than once. Delete one of them."),
    Code.UNNAMED_COLUMN: _l("There is text in column number %(detail)s, which has no header."),
    Code.BROKEN_QUOTES: _l("The quotation marks do not match in the row that begins here."),
    Code.TOO_FEW_CELLS: _l("The row has fewer cells than the header, which has %(detail)s."),
    Code.TOO_MANY_CELLS: _l("The row has more cells than the header, which has %(detail)s."),
    Code.DUPLICATE_ROW: _l("The same is already in row %(detail)s."),
    Code.NUL_CHARACTER: _l("The cell holds an empty character (NUL). Write it again."),
    Code.CONTROL_CHARACTER: _l("The cell holds a hidden control character. Write it again."),
    Code.UNREADABLE_CHARACTER: _l(
        "The cell holds a letter we cannot read. Save the file as UTF-8."
    ),
    Code.GARBLED_LETTERS: _l(
        "The letters æ, ø and å have been spoilt. Export the file again as UTF-8."
    ),
    Code.MISSING_VALUE: _l("The cell is empty. It must be filled in."),
    Code.TEXT_TOO_LONG: _l("The text is longer than %(detail)s characters."),
    Code.BAD_PERSON_NUMBER: _l("This is not a person number. Write it as 010203-1234."),
    Code.PERSON_NUMBER_TOO_SHORT: _l(
        "The person number lacks a digit. Often Excel has removed a zero in front."
    ),
    Code.PERSON_NUMBER_AS_RECORD_ID: _l(
        "This looks like a person number. Write what the care record calls the citizen instead."
    ),
    Code.BAD_DATE: _l("This is not a date. Write it as 19-10-2026."),
    Code.BAD_TIME: _l("This is not a time. Write it as 07:30."),
    Code.MIDNIGHT_AS_24: _l("Write midnight as 00:00."),
    Code.BAD_DECIMAL: _l("This is not a number. Write it as 612,5."),
    Code.BAD_DEGREES: _l("These are not degrees. Write them as 55,3210."),
    Code.HALF_A_PLACE: _l("Fill in both Breddegrad and Længdegrad, or neither of them."),
    Code.BAD_MINUTES: _l("These are not minutes. Write 90 or 1:30."),
    Code.BAD_WHOLE_NUMBER: _l("This is not a whole number. Write only digits."),
    Code.OUT_OF_RANGE: _l("The number must be within %(detail)s."),
    Code.BAD_YES_NO: _l("Write yes or no."),
    Code.BAD_PHONE: _l("This is not a telephone number. Danish numbers have eight digits."),
    Code.BAD_EMAIL: _l("This is not an e-mail address. Write it as anna@example.dk."),
    Code.BAD_POSTCODE: _l("A postcode has four digits."),
    Code.UNKNOWN_CHOICE: _l("We do not know this word. Use one of these: %(detail)s."),
    Code.SHIFT_TOO_LONG: _l("The shift is longer than %(detail)s hours. Check from and to."),
    Code.ENDS_BEFORE_START: _l("It ends before it starts. Check from and to."),
    Code.HALF_A_BREAK: _l("A break needs both a start and an end."),
    Code.BREAK_OUTSIDE_SHIFT: _l("The break must lie within the shift, and end after it starts."),
    Code.EXPIRES_BEFORE_EARNED: _l("The minutes expire before they were earned."),
    Code.LAST_DAY_MISSING: _l("An activity that repeats needs a last day."),
    Code.LAST_DAY_WITHOUT_REPEAT: _l("There is a last day, but the activity does not repeat."),
    Code.LAST_DAY_TOO_EARLY: _l("The last day is before the first day."),
    Code.MORE_WHEELCHAIRS_THAN_SEATS: _l("There are more wheelchair places than places."),
    Code.RECORD_ID_TAKEN: _l("Another citizen already has this care record id."),
    Code.UNKNOWN_SUPPLIER: _l("We do not know this supplier. Add it first. We know: %(detail)s."),
    Code.UNKNOWN_DISTRICT: _l("We do not know this district. Add it first. We know: %(detail)s."),
    Code.UNKNOWN_EMPLOYEE: _l("We do not know this employee number. Import the staff first."),
    Code.UNKNOWN_CITIZEN: _l("We do not know this citizen. Import the citizens first."),
    Code.UNKNOWN_SCHEME: _l("We do not know this scheme. We know: %(detail)s."),
    Code.NO_SCHEME: _l("There is no scheme for where the citizen lives. Set one up first."),
    Code.SEVERAL_SCHEMES: _l(
        "Several schemes fit: %(detail)s. Leave the cell empty. Give the card by hand."
    ),
    Code.SCHEME_NOT_BEGUN: _l("The scheme has not begun on the day the card would."),
    Code.SCHEME_NOT_READY: _l("The scheme leaves rules open. Decide them before the first card."),
    Code.CARD_CLOSED: _l("The card has ended. Give the citizen a card again first."),
    Code.NO_CARD: _l("The citizen has no card. Import the cards first."),
    Code.OTHER_BALANCE: _l(
        "%(detail)s minutes from that day are there already. Correct the card by hand."
    ),
    Code.NOT_YET: _l("This has not happened yet. Only the past can be imported here."),
    Code.OVERLAPPING_SHIFT: _l("It overlaps another shift of the same person, %(detail)s."),
    Code.BOOKED_HERE: _l("Another trip of the citizen is there already at that time."),
    Code.TRIPS_BOOKED: _l("Somebody is signed up already. Change the activity by hand."),
}


def reason(fault: Fault) -> str:
    """Return why a row was refused, in the reader's language. The value is shown beside it."""
    return str(REASONS[fault.code]) % {"detail": fault.detail}
