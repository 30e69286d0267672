"""What lets an account in, all of it taken away at once."""

from uuid import UUID

from sqlalchemy import delete

from klippekort.accounts.models import Credential
from klippekort.accounts.models.sign_in import Passkey, RecoveryCode
from klippekort.platform.db import db


def forget_means(account_id: UUID) -> None:
    """Delete an account's passwords, codes, seeds and passkeys: nothing logs it in any more."""
    for means in (Credential, RecoveryCode, Passkey):
        db.session.execute(delete(means).filter_by(account_id=account_id))
