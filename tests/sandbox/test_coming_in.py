"""Headers, credentials, addresses and roles: harvest-v1 2, 3, 6, 7."""

from urllib.parse import quote

import httpx
import pytest

from harvest_mcp.sandbox import ADMIN, MANAGER, MEMBER, Login, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS

from .kit import HEADERS, caller, error, ids, leaves

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("login", [ADMIN, MANAGER, MEMBER])
async def test_a_user_comes_in_by_password_or_by_encoded_token(sandbox: Sandbox, login: Login) -> None:
    async with caller(sandbox, login=login) as http:
        by_password = await http.get("/account/who_am_i")
    async with caller(sandbox, login=None) as http:
        by_token = await http.get(f"/account/who_am_i?access_token={quote(login.token, safe='')}")
    assert by_password.status_code == by_token.status_code == 200
    assert by_password.content == by_token.content
    assert f"<email>{login.email}</email>".encode() in by_token.content


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, ""),
        ({"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}, ""),
        ({"Authorization": "Basic %%%"}, ""),
        ({"Authorization": "Basic /w=="}, ""),
        ({"Authorization": f"Bearer {ADMIN.token}"}, ""),
        ({}, "?access_token="),
        ({}, "?access_token=wrong"),
        ({}, f"?access_token={ADMIN.token}"),  # not encoded: its + reads as a blank
    ],
)
async def test_anyone_else_is_turned_away(sandbox: Sandbox, headers: dict[str, str], query: str) -> None:
    async with caller(sandbox, login=None) as http:
        answer = await http.get(f"/clients{query}", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="Application"')
    assert error(answer.content) == ("Unauthorized", "These credentials are not known here.")
    assert "hint" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "*/*"},
        {"Accept": "text/html"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/clients"), ("DELETE", "/contacts/9")])
async def test_without_both_xml_headers_a_web_page_answers_and_nothing_is_done(
    http: httpx.AsyncClient, sandbox: Sandbox, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = await http.request(method, path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")
    assert sandbox.rows(CONTACTS)[0]["id"] == 9


async def test_the_headers_may_name_a_charset(http: httpx.AsyncClient) -> None:
    charset = {name: f"{value}; charset=utf-8" for name, value in HEADERS.items()}
    assert (await http.get("/clients/11072", headers=charset)).headers["content-type"].startswith("application/xml")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("GET", "/clients.xml"),
        ("GET", "/clients/abc"),
        ("GET", "/clients/11072/11073"),
        ("GET", "/clients/1234567890123456"),
        ("GET", "/clients/11072/toggle"),
        ("PUT", "/clients/11072/toggle"),
        ("PATCH", "/clients/11072"),
        ("DELETE", "/clients"),
        ("POST", "/account/who_am_i"),
    ],
)
async def test_another_address_or_method_is_a_web_page_404(http: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/clients", "/clients/11072", "/clients/11072/contacts", "/account/who_am_i"])
async def test_a_trailing_slash_is_accepted(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(f"{path}/")).content == (await http.get(path)).content


@pytest.mark.parametrize(
    "path",
    ["/clients", "/clients/11072", "/clients/11072/contacts", "/contacts", "/contacts/9", "/projects", "/projects/301",
     "/invoices", "/invoices/7001"],
)  # fmt: skip
async def test_a_regular_user_finds_nothing_but_the_account(sandbox: Sandbox, path: str) -> None:
    async with caller(sandbox, login=MEMBER) as http:
        answer = await http.get(path)
        assert (answer.status_code, error(answer.content)[0]) == (404, "NotFound")
        assert (await http.get("/account/rate_limit_status")).status_code == 200


async def test_a_project_manager_reads_clients_contacts_and_the_projects_they_manage(sandbox: Sandbox) -> None:
    async with caller(sandbox, login=MANAGER) as http, caller(sandbox) as admin:
        for path in ("/clients", "/clients/11072", "/contacts", "/contacts/9", "/clients/11072/contacts"):
            assert (await http.get(path)).content == (await admin.get(path)).content
        assert ids((await http.get("/projects")).content) == [301, 302, 305, 309]
        assert ids((await http.get("/projects?client=11072")).content) == [301, 302]
        assert [(await http.get(f"/projects/{id}")).status_code for id in (301, 303)] == [200, 404]
        assert (await http.get("/invoices")).status_code == 404


@pytest.mark.parametrize("login", [MANAGER, MEMBER])
async def test_only_an_administrator_writes(sandbox: Sandbox, login: Login) -> None:
    before = sandbox.rows(CLIENTS), sandbox.rows(CONTACTS)
    writes = [
        ("POST", "/clients", "<client><name>X</name></client>"),
        ("PUT", "/clients/11072", "<client><name>X</name></client>"),
        ("POST", "/clients/11073/toggle", ""),
        ("DELETE", "/clients/11073", ""),
        ("POST", "/contacts", "<contact/>"),
        ("PUT", "/contacts/9", "<contact><email>x</email></contact>"),
        ("DELETE", "/contacts/9", ""),
    ]
    async with caller(sandbox, login=login) as http:
        answers = [await http.request(method, path, content=body) for method, path, body in writes]
    assert [(answer.status_code, error(answer.content)[0]) for answer in answers] == [(404, "NotFound")] * 7
    assert (sandbox.rows(CLIENTS), sandbox.rows(CONTACTS)) == before


async def test_who_am_i_tells_the_roles_apart(sandbox: Sandbox) -> None:
    told = []
    for login in (ADMIN, MANAGER, MEMBER):
        async with caller(sandbox, login=login) as http:
            body = (await http.get("/account/who_am_i")).content
        told.append((b'<admin type="boolean">true' in body, b'<is-project-manager type="boolean">true' in body))
    assert told == [(True, False), (False, True), (False, False)]


async def test_every_call_is_seen_with_what_it_carried_and_the_status_it_got(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    body = b"<client><name>SuprCorp</name></client>"
    await http.get("/clients?updated_since=2018-01-01+00%3A00")
    await http.post("/clients", content=body)
    seen = [(one.method, one.path, one.query, one.body, one.status) for one in sandbox.seen]
    assert seen == [
        ("GET", "/clients", (("updated_since", "2018-01-01 00:00"),), b"", 200),
        ("POST", "/clients", (), body, 400),
    ]
    assert {name: sandbox.seen[1].headers[name] for name in ("accept", "content-type")} == {
        "accept": "application/xml",
        "content-type": "application/xml",
    }


def test_credentials_are_not_in_a_logins_repr() -> None:
    assert ADMIN.password not in repr(ADMIN).replace("sandbox.", "")
    assert ADMIN.token not in repr(ADMIN)


async def test_only_http_is_answered(sandbox: Sandbox) -> None:
    async def never() -> dict[str, object]:
        raise AssertionError

    async def silent(message: dict[str, object]) -> None:
        raise AssertionError(message)

    await sandbox({"type": "lifespan"}, never, silent)
    assert sandbox.seen == []


async def test_error_bodies_are_flat_and_named_as_documented(http: httpx.AsyncClient) -> None:
    assert set(leaves((await http.get("/clients/5")).content)) == {"kind", "message"}
