"""The installable app: what the browser fetches before anybody has done anything."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from klippekort.platform.assets import folder
from klippekort.tablet.views import shell
from tests.cast import Cast
from tests.integration.tablets.conftest import Browse
from tests.integration.tablets.sending import Tablet


def _file(address: str) -> Path:
    return folder("static") / urlsplit(address).path.removeprefix("/static/")


def _said(client: FlaskClient) -> dict[str, object]:
    text = client.get("/sw.js").text
    found = re.match(r"const shell = (\{.*?\});\n", text)
    assert found is not None
    said: dict[str, object] = json.loads(found.group(1))
    return said


def test_the_app_begins_at_today_and_all_its_icons_are_there(client: FlaskClient) -> None:
    described = json.loads(client.get("/manifest.webmanifest").text)
    assert (described["lang"], described["start_url"]) == ("da", "/i-dag")
    assert all(_file(icon["src"]).is_file() for icon in described["icons"])
    assert "maskable" in {icon.get("purpose") for icon in described["icons"]}


def test_the_worker_keeps_files_that_are_there(client: FlaskClient) -> None:
    files = _said(client)["files"]
    assert isinstance(files, list)
    assert [address for address in files if not _file(address).is_file()] == []


def test_the_worker_is_asked_for_anew_and_sent_only_when_it_has_changed(
    client: FlaskClient,
) -> None:
    first = client.get("/sw.js")
    assert first.cache_control.no_cache
    again = client.get("/sw.js", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_release_of_anything_it_keeps_makes_a_new_worker(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _said(client)["version"]
    monkeypatch.setattr(shell, "FILES", shell.FILES[1:])
    assert _said(client)["version"] != before


def test_each_account_has_a_key_of_its_own(browse: Browse, cast: Cast) -> None:
    keys = [browse(actor).get("/tablet/noegle").get_json()["key"] for actor in (cast.bo, cast.mia)]
    assert keys[0] != keys[1]
    assert {len(bytes.fromhex(key)) for key in keys} == {32}


def test_the_key_is_the_same_on_another_tablet_and_never_cached(browse: Browse, cast: Cast) -> None:
    answers = [browse(cast.bo).get("/tablet/noegle") for _ in range(2)]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].cache_control.no_store


def test_nobody_gets_a_key_without_a_log_in(client: FlaskClient) -> None:
    assert client.get("/tablet/noegle").status_code == 401


def test_the_page_without_a_network_names_nobody(browse: Browse, cast: Cast) -> None:
    page = browse(cast.bo).get("/tablet/uden-net").text
    assert str(cast.bo.account_id) not in page
    assert cast.bo.display_name.split()[0] not in page


def test_a_late_log_out_ends_the_log_in(bos: Tablet) -> None:
    sent = {"X-Account": str(bos.actor.account_id)}
    assert bos.client.post("/tablet/log-ud", headers=sent).status_code == 204
    assert bos.client.get("/tablet/dagen").status_code == 401


def test_a_late_log_out_does_not_throw_out_somebody_else(bos: Tablet, cast: Cast) -> None:
    sent = {"X-Account": str(cast.mia.account_id)}
    assert bos.client.post("/tablet/log-ud", headers=sent).status_code == 204
    assert bos.client.get("/tablet/dagen").status_code == 200


def test_another_site_cannot_log_anybody_out(bos: Tablet) -> None:
    assert bos.client.post("/tablet/log-ud").status_code == 204
    assert bos.client.get("/tablet/dagen").status_code == 200
