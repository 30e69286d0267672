"""Passkeys: keys on people's own devices, which log them in without a password.

The device has made sure who holds it (user verification). What it signs is bound to our address,
and to a question that is asked once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import webauthn
from sqlalchemy import delete, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import InvalidJSONStructure, WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from klippekort.accounts import queries
from klippekort.accounts.models import Account
from klippekort.accounts.models.sign_in import Passkey
from klippekort.accounts.services.proofs import (
    CONFIRM,
    LOG_IN,
    count_unknown,
    count_unread,
    note_means,
)
from klippekort.accounts.services.secrets import accept, keep_secret, refuse, spend_try
from klippekort.accounts.services.steps import Step, StepKind, begin_step, take_step
from klippekort.domain.errors import DomainError, NotFound
from klippekort.platform.audit import audit_write
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

MOST_KEYS = 10
LONGEST_NAME = 60
PASSKEY = "passkey"


class NotOurKey(DomainError):
    """The answer of a device is not one to our question, or from no key that we know."""


class DoesNotFit(DomainError):
    """A key of `account_id` has answered, and wrongly; or nothing it could have signed was said."""

    def __init__(self, account_id: UUID, *, is_signed: bool = True) -> None:
        super().__init__()
        self.account_id, self.is_signed = account_id, is_signed


class TooManyKeys(DomainError):
    """A person has as many passkeys as anybody needs."""


@dataclass(frozen=True)
class Site:
    """Where browsers find us: `host` is what passkeys belong to, `origin` what pages come from."""

    host: str
    origin: str


@dataclass(frozen=True)
class Question:
    """What a device is asked, as a browser takes it, and the secret the answer comes back with."""

    secret: str
    options: dict[str, Any]


def list_passkeys(account_id: UUID) -> Sequence[Passkey]:
    """Return a person's passkeys, oldest first."""
    wanted = select(Passkey).filter_by(account_id=account_id).order_by(Passkey.created_at)
    return db.session.scalars(wanted).all()


def ask_to_register(account_id: UUID, site: Site, *, browser: str, now: datetime) -> Question:
    """Return the question a device answers with a new key. Raises TooManyKeys."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    held = list_passkeys(account_id)
    if len(held) >= MOST_KEYS:
        raise TooManyKeys
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Klippekort",
        user_id=account_id.bytes,
        user_name=account.display_name or "Klippekort",
        user_display_name=account.display_name or "Klippekort",
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(base64url_to_bytes(one.credential)) for one in held
        ],
    )
    facts = {"challenge": bytes_to_base64url(options.challenge), "for": "register"}
    secret = begin_step(
        StepKind.PASSKEY, now=now, browser=browser, account_id=account_id, facts=facts
    )
    return Question(secret, json.loads(webauthn.options_to_json(options)))


def register(
    account_id: UUID,
    secret: str,
    said: str,
    name: str,
    site: Site,
    *,
    browser: str,
    now: datetime,
) -> str:
    """Keep a new passkey under a name and return its id. Raises NotOurKey."""
    step = take_step(StepKind.PASSKEY, secret, now=now, browser=browser)
    if step is None or step.account_id != account_id or step.facts["for"] != "register":
        raise NotOurKey
    try:
        checked = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=base64url_to_bytes(step.facts["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotOurKey from error
    credential = bytes_to_base64url(checked.credential_id)
    known = db.session.scalars(select(Passkey.id).filter_by(credential=credential)).one_or_none()
    if known is not None:
        raise NotOurKey
    row = Passkey(
        id=new_id(),
        account_id=account_id,
        credential=credential,
        public_key=checked.credential_public_key,
        sign_count=checked.sign_count,
        name=name.strip()[:LONGEST_NAME],
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    note_means(account_id, "passkey_made")
    return str(row.id)


def ask_to_log_in(site: Site, *, browser: str, now: datetime) -> Question:
    """Return the question a device answers to log its owner in: whichever key of ours it has."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    facts = {"challenge": bytes_to_base64url(options.challenge), "for": "log_in"}
    secret = begin_step(StepKind.PASSKEY, now=now, browser=browser, facts=facts)
    return Question(secret, json.loads(webauthn.options_to_json(options)))


def log_in(
    secret: str,
    said: str,
    site: Site,
    *,
    browser: str,
    now: datetime,
    whose: UUID | None = None,
) -> UUID | None:
    """Return the account whose passkey has answered, or None; either uses the question up.

    A key whose count of uses goes back may have been copied: it is refused. Whoever is logged in
    and shows anew who they are answers with a key of their own: `whose`. What fits, and what was
    signed and does not fit, is on record, the latter ten times at first; the rest is counted in the
    log. It writes in transactions of its own: call it from a view, never inside `execute`.
    """
    purpose = LOG_IN if whose is None else CONFIRM
    step = audit_write(take_step, StepKind.PASSKEY, secret, now=now, browser=browser)
    if step is None or step.facts["for"] != "log_in":
        count_unread(PASSKEY)
        return None
    try:
        account_id: UUID = audit_write(_use_key, said, step, site, now, whose)
    except NotOurKey:
        count_unknown(PASSKEY)
    except DoesNotFit as error:
        stored = audit_write(_spend_try, error.account_id, now) if error.is_signed else None
        refuse(error.account_id, PASSKEY, stored, purpose=purpose)
    else:
        return account_id
    return None


def _use_key(said: str, step: Step, site: Site, now: datetime, whose: UUID | None) -> UUID:
    """Check an answer and put it on record. Raises NotOurKey and DoesNotFit."""
    row = _lock_key(said)
    if row is None or whose not in (None, row.account_id) or not queries.is_open(row.account_id):
        raise NotOurKey
    try:
        checked = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=base64url_to_bytes(step.facts["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (InvalidJSONStructure, ValueError, KeyError, TypeError) as error:
        raise DoesNotFit(row.account_id, is_signed=False) from error
    except WebAuthnException as error:
        raise DoesNotFit(row.account_id) from error
    if not _is_of(said, row.account_id):
        raise DoesNotFit(row.account_id)
    row.sign_count, row.used_at = checked.new_sign_count, now
    db.session.flush()
    accept(row.account_id, PASSKEY, (PASSKEY,), purpose=LOG_IN if whose is None else CONFIRM)
    return row.account_id


def _spend_try(account_id: UUID, now: datetime) -> str | None:
    """Count a try that does not fit; None when one more may not be a line of the record.

    It bounds the lines alone: a signature cannot be guessed, and who knows a key's id, which is no
    secret, must not shut its owner out.
    """
    db.session.get_one(Account, account_id, with_for_update=True)
    if queries.lock_credential(account_id, PASSKEY) is None:
        keep_secret(account_id, PASSKEY, "")
        db.session.flush()
    return spend_try(account_id, PASSKEY, now)


def _answer(said: str) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lock_key(said: str) -> Passkey | None:
    credential = _answer(said).get("id")
    if not isinstance(credential, str):
        return None
    wanted = select(Passkey).filter_by(credential=credential.rstrip("=")).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _is_of(said: str, account_id: UUID) -> bool:
    """Say whether the owner whom a device names, if any, is the one we know the key by."""
    response = _answer(said).get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    return not handle or handle.rstrip("=") == bytes_to_base64url(account_id.bytes)


def rename(account_id: UUID, passkey_id: UUID, name: str) -> None:
    """Give one's passkey another name. Raises NotFound."""
    row = _get(account_id, passkey_id)
    row.name = name.strip()[:LONGEST_NAME]


def remove(account_id: UUID, passkey_id: UUID) -> None:
    """Take one's passkey away, so that it logs nobody in. Raises NotFound."""
    row = _get(account_id, passkey_id)
    db.session.execute(delete(Passkey).filter_by(id=row.id))
    note_means(account_id, "passkey_removed")


def _get(account_id: UUID, passkey_id: UUID) -> Passkey:
    wanted = select(Passkey).filter_by(account_id=account_id, id=passkey_id)
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    return row
