"""A copy of everything in one file, and everything back from it."""

from klippekort.operations.backups.archive import Manifest, NotABackup
from klippekort.operations.backups.restoring import restore
from klippekort.operations.backups.taking import back_up

__all__ = ["Manifest", "NotABackup", "back_up", "restore"]
