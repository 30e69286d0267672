"""When the database cannot be had: held, gone, full or not to be written. One may try again."""

import errno

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

# Lost connections; no connection, memory or disk to be had; a server that goes down, comes up or
# cannot be written; a disk that fails.
_CLASSES = ("08", "53", "57P", "58")
_STATES = ("25006", "55P03", "57014")
_MISSING = ("42P01", "42703")
_SQLITE_MISSING = ("no such table", "no such column", "has no column named")
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
_SQLITE = (
    "database is locked",
    "database or disk is full",
    "disk i/o error",
    "attempt to write a readonly database",
    "unable to open database file",
)


def was_lost(error: DBAPIError) -> bool:
    """Say whether the connection ended under way, so that nobody knows what was done."""
    return error.connection_invalidated or _state(error.orig).startswith(("08", "57P"))


def is_held(error: DBAPIError) -> bool:
    """Say whether somebody else holds what was wanted, for longer than we wait."""
    return _state(error.orig) == "55P03" or "database is locked" in str(error.orig)


def is_missing(error: BaseException) -> bool:
    """Say whether a table or a column was asked for that is not there."""
    if not isinstance(error, DBAPIError):
        return False
    words = str(error.orig).lower()
    return _state(error.orig) in _MISSING or any(known in words for known in _SQLITE_MISSING)


def cannot_be_had(error: BaseException) -> bool:
    """Say whether this is the trouble of the database or its disk, not ours, and may be over soon.

    A file that cannot be written for want of room is no other trouble.
    """
    if isinstance(error, OSError):
        return error.errno in _DISK
    if isinstance(error, NoConnection) or (isinstance(error, DBAPIError) and was_lost(error)):
        return True
    # What begins a transaction is told to the driver, whose errors come as they are.
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, psycopg.Error):
        state = _state(said)
        # The driver has no code for a server that does not answer at all.
        is_silent = not state and isinstance(said, psycopg.OperationalError)
        return is_silent or state.startswith(_CLASSES) or state in _STATES
    words = str(said).lower() if isinstance(error, DBAPIError) else ""
    return any(known in words for known in _SQLITE)


def _state(error: BaseException | None) -> str:
    return getattr(error, "sqlstate", None) or ""
