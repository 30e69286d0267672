"""Staff log in where the municipality vouches for them, with what their groups give."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from klippekort.accounts.models import Account, Identity, LoginSession, RoleAssignment
from klippekort.accounts.queries.support import emails_of_administrators
from klippekort.accounts.services import close_account
from klippekort.accounts.services.links import find_by_email
from klippekort.domain.permissions import Role
from klippekort.platform import clock
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.identity_provider import Provider
from tests.integration.sign_in.browsing import go, log_in
from tests.integration.sign_in.conftest import group, use

Claims = dict[str, Any]


def _roles() -> set[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(Account.display_name, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(Account.display_name == "Karla Kommune")
    )
    return {(row.display_name, row.role) for row in rows}


def test_the_log_in_page_leads_to_the_municipalitys_own(staff: Provider, client: FlaskClient):
    page = client.get("/log-ind").text
    assert "/log-ind/kommune/lindeby" in page


def test_a_group_gives_its_role(staff: Provider, client: FlaskClient):
    assert log_in(staff, client).location == "/overblik"
    assert _roles() == {("Karla Kommune", "coordinator")}
    assert client.get("/overblik").status_code == 200


def test_the_log_in_is_on_record(staff: Provider, client: FlaskClient):
    log_in(staff, client)
    with acting_for(HOME):
        line = db.session.scalars(select(AuditLine).filter_by(action="log_in")).one()
    assert (line.subject_kind, line.purpose) == ("account", "log_in")


def test_the_same_person_comes_back_to_the_same_account(staff: Provider, app: Flask):
    log_in(staff, app.test_client())
    log_in(staff, app.test_client())
    assert len(_roles()) == 1


def test_whoever_leaves_the_group_loses_the_role(staff: Provider, app: Flask, client: FlaskClient):
    group("vis", Role.ASSESSOR)
    log_in(staff, client)
    staff.claims["groups"] = ["vis"]
    log_in(staff, app.test_client())
    assert _roles() == {("Karla Kommune", "assessor")}
    assert client.get("/min-konto").status_code == 303


def test_a_group_nobody_knows_gives_nothing(staff: Provider, client: FlaskClient):
    staff.claims["groups"] = ["andet"]
    answer = log_in(staff, client)
    assert answer.status_code == 403
    assert _roles() == set()


def test_roles_may_stand_where_the_provider_is_asked(staff: Provider, client: FlaskClient):
    del staff.claims["groups"]
    staff.told["groups"] = "koord"
    assert log_in(staff, client).status_code == 303


@pytest.mark.parametrize("said", ["Low", None, 3])
def test_too_low_a_level_or_none_is_refused(
    cast: Cast, idp: Provider, client: FlaskClient, said: object
):
    use(cast, idp, least_level=2)
    group("koord", Role.COORDINATOR)
    idp.claims |= {"groups": ["koord"], "acr": said}
    assert log_in(idp, client).status_code == 403


def test_a_claim_holds_a_planner_to_her_supplier(cast: Cast, idp: Provider, client: FlaskClient):
    use(cast, idp, supplier_claim="firma")
    group("plan", Role.PLANNER)
    idp.claims |= {"groups": ["plan"], "firma": "omsorg aps"}
    log_in(idp, client)
    held = db.session.scalars(select(RoleAssignment).filter_by(role="planner")).all()
    assert cast.private_supplier in {row.supplier_id for row in held}


@pytest.mark.parametrize("said", ["Ukendt ApS", None, ["Omsorg ApS", "Hjemmeplejen"]])
def test_a_supplier_that_is_not_clear_lets_nobody_in(
    cast: Cast, idp: Provider, client: FlaskClient, said: object
):
    use(cast, idp, supplier_claim="firma")
    group("plan", Role.PLANNER, supplier_id=cast.supplier)
    idp.claims |= {"groups": ["plan"], "firma": said}
    assert log_in(idp, client).status_code == 403


def test_a_care_worker_is_known_by_her_number(cast: Cast, idp: Provider, client: FlaskClient):
    use(cast, idp)
    group("sosu", Role.CARE_WORKER)
    idp.claims |= {"groups": ["sosu"], "employee": "M1"}
    assert log_in(idp, client).status_code == 303
    session = db.session.scalars(select(LoginSession)).one()
    assert session.account_id == cast.bo.account_id


def test_a_care_worker_nobody_knows_is_not_let_in(cast: Cast, idp: Provider, client: FlaskClient):
    use(cast, idp)
    group("sosu", Role.CARE_WORKER)
    idp.claims |= {"groups": ["sosu"], "employee": "M99"}
    assert log_in(idp, client).status_code == 403


def test_a_closed_account_stays_out_and_its_log_ins_end(
    staff: Provider, cast: Cast, app: Flask, client: FlaskClient
):
    log_in(staff, client)
    account = db.session.scalars(select(Account).filter_by(display_name="Karla Kommune")).one()
    with acting_for(HOME):
        execute(close_account, cast.ada, account.id, now=clock.now())
    assert client.get("/min-konto").status_code == 303
    assert log_in(staff, app.test_client()).status_code == 403


def test_a_callback_works_once(staff: Provider, client: FlaskClient):
    back = go(staff, client)
    client.get(back)
    assert client.get(back).status_code == 400


def test_a_callback_works_in_the_browser_that_asked(
    staff: Provider, app: Flask, client: FlaskClient
):
    back = go(staff, client)
    other = app.test_client()
    other.get("/log-ind/noegle")
    assert other.get(back).status_code == 400
    assert client.get(back).status_code == 303


def test_a_changed_state_is_refused(staff: Provider, client: FlaskClient):
    assert client.get(go(staff, client).replace("state=", "state=x")).status_code == 400


def test_whoever_gives_up_there_is_told_calmly(staff: Provider, client: FlaskClient):
    back = go(staff, client).replace("code=", "error=access_denied&x=")
    assert client.get(back).status_code == 403


def test_an_answer_of_another_issuer_is_refused(staff: Provider, client: FlaskClient):
    back = go(staff, client)
    assert client.get(back.replace("iss=http", "iss=https")).status_code == 403


SPOILT: dict[str, Callable[[Claims], Claims]] = {
    "audience": lambda said: said | {"aud": "another"},
    "audience of two": lambda said: said | {"aud": ["klippekort", "another"]},
    "party": lambda said: said | {"azp": "another"},
    "issuer": lambda said: said | {"iss": "https://other.example"},
    "nonce": lambda said: said | {"nonce": "other"},
    "no nonce": lambda said: {k: v for k, v in said.items() if k != "nonce"},
    "expired": lambda said: said | {"exp": time.time() - 61},
    "no end": lambda said: {k: v for k, v in said.items() if k != "exp"},
    "an hour ahead": lambda said: said | {"iat": time.time() + 3600},
    "old": lambda said: said | {"iat": time.time() - 3600},
    "nobody": lambda said: {k: v for k, v in said.items() if k != "sub"},
    "not yet": lambda said: said | {"nbf": time.time() + 3600},
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_token_not_for_this_log_in_is_refused(staff: Provider, client: FlaskClient, spoilt: str):
    staff.spoil = SPOILT[spoilt]
    assert log_in(staff, client).status_code == 403
    assert _roles() == set()


@pytest.mark.parametrize("seconds", [-50, 50])
def test_clocks_may_differ_by_a_minute(staff: Provider, client: FlaskClient, seconds: int):
    at = int(time.time()) + seconds
    staff.spoil = lambda said: said | {"iat": at, "exp": at + 1 if seconds < 0 else at + 300}
    assert log_in(staff, client).status_code == 303


def _unsigned(claims: Claims) -> str:
    import_ = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 32))
    return "eyJhbGciOiJub25lIn0." + import_.split(".")[1] + "."


def _foreign(claims: Claims) -> str:
    key = RSAKey.generate_key(2048, {"kid": "key-0"})
    return jwt.encode({"alg": "RS256", "kid": "key-0"}, claims, key)


def _symmetric(claims: Claims) -> str:
    """Sign with what everybody knows: the public key."""
    return jwt.encode({"alg": "HS256", "kid": "key-0"}, claims, OctKey.import_key("public key" * 4))


@pytest.mark.parametrize("sign", [_unsigned, _foreign, _symmetric, lambda _: "", lambda _: "a.b"])
def test_a_token_not_signed_by_the_provider_is_refused(
    staff: Provider, client: FlaskClient, sign: Callable[[Claims], str]
):
    staff.sign = sign
    assert log_in(staff, client).status_code == 403


def test_new_keys_are_fetched_once_a_minute(staff: Provider, app: Flask):
    log_in(staff, app.test_client())
    staff.rotate()
    assert log_in(staff, app.test_client()).status_code == 303
    staff.rotate()
    assert log_in(staff, app.test_client()).status_code == 403
    assert staff.seen.count("/keys") == 2


def test_logging_out_leads_to_the_provider(staff: Provider, client: FlaskClient):
    log_in(staff, client)
    page = client.post("/log-ud")
    assert f"{staff.issuer}/logout?" in page.text
    assert "id_token_hint=" in page.text
    assert client.get("/min-konto").status_code == 303


def _tell(staff: Provider, client: FlaskClient, **claims: Any) -> int:
    sent = {"logout_token": staff.logout_token(**claims)}
    return client.post("/log-ind/kommune/lindeby/logget-ud", data=sent).status_code


def test_logging_out_there_ends_the_log_in_here(staff: Provider, app: Flask, client: FlaskClient):
    log_in(staff, client)
    assert _tell(staff, app.test_client()) == 200
    assert client.get("/min-konto").status_code == 303


@pytest.mark.parametrize(
    "claims",
    [{"events": {}}, {"nonce": "x"}, {"aud": "another"}, {"sid": None}, {"iat": 1}, {"jti": ""}],
)
def test_news_that_are_no_log_out_end_nothing(
    staff: Provider, app: Flask, client: FlaskClient, claims: Claims
):
    log_in(staff, client)
    assert _tell(staff, app.test_client(), **claims) == 400
    assert client.get("/min-konto").status_code == 200


def test_a_repeated_log_out_ends_nothing_more(staff: Provider, app: Flask, client: FlaskClient):
    log_in(staff, client)
    _tell(staff, app.test_client(), sub="u-1", sid=None)
    log_in(staff, client)
    assert _tell(staff, app.test_client(), sub="u-1", sid=None) == 400
    assert client.get("/min-konto").status_code == 200


def test_a_provider_that_is_silent_is_told_of(staff: Provider, app: Flask, client: FlaskClient):
    staff.metadata["issuer"] = "http://127.0.0.1:1"
    assert client.get("/log-ind/kommune/lindeby").status_code == 503


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        ({"email": "Karla@Kommune.example"}, ["karla@kommune.example"]),
        ({"email": "karla@kommune.example", "email_verified": False}, []),
        ({"email": "no address"}, []),
        ({}, []),
    ],
)
def test_an_administrator_who_comes_by_the_provider_hears_of_support(
    cast: Cast, staff: Provider, client: FlaskClient, said: Claims, reached: list[str]
):
    group("admin", Role.ADMINISTRATOR)
    staff.claims |= {"groups": ["admin"], **said}
    log_in(staff, client)
    with acting_for(HOME):
        own = cast.ada.account_id
        found = [email for who, email in emails_of_administrators() if who != own]
    assert found == reached


def test_an_address_that_a_provider_tells_logs_nobody_in(
    cast: Cast, staff: Provider, app: Flask, client: FlaskClient
):
    group("admin", Role.ADMINISTRATOR)
    staff.claims |= {"groups": ["admin"], "email": "karla@kommune.example"}
    log_in(staff, client)
    assert find_by_email("karla@kommune.example") is None


def test_the_address_of_whoever_is_no_administrator_any_more_is_forgotten(
    cast: Cast, staff: Provider, app: Flask, client: FlaskClient
):
    group("admin", Role.ADMINISTRATOR)
    staff.claims |= {"groups": ["admin"], "email": "karla@kommune.example"}
    log_in(staff, client)
    staff.claims["groups"] = ["koord"]
    log_in(staff, app.test_client())
    db.session.rollback()
    assert not db.session.scalars(select(Identity).filter_by(subject="karla@kommune.example")).all()


def test_what_the_provider_gives_stays_on_the_server(staff: Provider, client: FlaskClient):
    """Neither the browser nor the database, as it lies, has a token that opens anything there."""
    tokens: list[str] = ["at"]

    def noted(claims: Claims) -> str:
        tokens.append(staff.signed(claims))
        return tokens[-1]

    staff.sign = noted
    answer = log_in(staff, client)
    pages = [client.get(path) for path in ("/overblik", "/min-konto", "/min-konto/log-ind")]
    [_access, token] = tokens
    with client.session_transaction() as kept_in_the_cookie:
        assert token not in str(dict(kept_in_the_cookie))
    for said in (answer, *pages):
        assert said.status_code in (200, 303)
        for part in token.split("."):
            assert part not in said.text + str(said.headers)
    row = db.session.scalars(select(LoginSession)).one()
    kept = b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for column in LoginSession.__table__.columns
        if (value := getattr(row, column.key, None)) is not None
    )
    assert token.encode() not in kept
    assert token.split(".")[1].encode() not in kept


def test_no_token_is_taken_from_the_address_of_a_page(staff: Provider, client: FlaskClient):
    token = staff.signed({"iss": staff.issuer, "aud": "klippekort", "sub": "u-1"})
    for said in (f"id_token={token}", f"access_token={token}", f"session={token}"):
        assert client.get(f"/overblik?{said}").location.startswith("/log-ind")
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/overblik", headers=bearer).location.startswith("/log-ind")
