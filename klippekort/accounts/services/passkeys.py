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
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from klippekort.accounts.models import Account
from klippekort.accounts.models.sign_in import Passkey
from klippekort.accounts.services.proofs import (
    CONFIRM,
    LOG_IN,
    count_unknown,
    note_means,
    note_proof,
)
from klippekort.accounts.services.proofs import note_refused as note_refused_of
from klippekort.accounts.services.steps import StepKind, begin_step, take_step
from klippekort.domain.errors import DomainError, NotFound
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

MOST_KEYS = 10
LONGEST_NAME = 60


class NotOurKey(DomainError):
    """The answer of a device is not one to our question, or from no key that we know."""


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
) -> str:
    """Return the account whose passkey has answered, and put it on record. Raises NotOurKey.

    A key whose count of uses goes back may have been copied: it is refused. Whoever is logged in
    and shows anew who they are answers with a key of their own: `whose`.
    """
    step = take_step(StepKind.PASSKEY, secret, now=now, browser=browser)
    row = _lock_key(said)
    if step is None or row is None or step.facts["for"] != "log_in":
        raise NotOurKey
    if whose not in (None, row.account_id):
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
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotOurKey from error
    row.sign_count, row.used_at = checked.new_sign_count, now
    account = db.session.get(Account, row.account_id)
    if account is None or account.closed_at is not None or not _is_of(said, row.account_id):
        raise NotOurKey
    db.session.flush()
    note_proof(row.account_id, "passkey", purpose=_purpose(whose))
    return str(row.account_id)


def note_refused(said: str, whose: UUID | None) -> None:
    """Put on record, in the transaction at hand, that a passkey did not fit: of whoever shows anew
    who they are, or of the key's owner. A key nobody knows is counted in the log.
    """
    row = _lock_key(said)
    account_id = whose or (row.account_id if row else None)
    if account_id is None:
        count_unknown("passkey")
    else:
        note_refused_of(account_id, "passkey", purpose=_purpose(whose))


def _purpose(whose: UUID | None) -> str:
    return LOG_IN if whose is None else CONFIRM


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
