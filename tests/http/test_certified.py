"""The same with a certified provider, from npm: its tokens, its pages, its words."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import mcp
import pytest
from mcp.client.auth import AuthorizationCodeResult
from mcp.client.streamable_http import streamable_http_client

from harvest_mcp.commands import http as over_http
from harvest_mcp.config import http_settings
from harvest_mcp.sandbox import Sandbox
from tests.http.kit import NOBODY, hosted
from tests.http.test_connector import signing_in
from tests.patience import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.clients]

PROVIDER = "oidc-provider@8.8.1"
HERE = Path(__file__).parent


def port() -> int:
    with over_http.listening(http_settings.read(NOBODY)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(place: Path, at: int, resource: str) -> Iterator[str]:
    """The provider at a port; it is installed first."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("there is no npm on this machine")
    (place / "package.json").write_text('{"private": true, "type": "module"}')
    flags = ["--no-audit", "--no-fund", "--no-update-notifier"]
    done = subprocess.run(
        [npm, "install", *flags, PROVIDER], cwd=place, capture_output=True, text=True, timeout=240, check=False
    )
    if done.returncode:
        pytest.skip(f"npm cannot install {PROVIDER}: {done.stderr.strip().splitlines()[:1]}")
    shutil.copy(HERE / "certified.mjs", place)
    with (place / "log").open("wb") as log:
        server = subprocess.Popen(
            [node, "certified.mjs", str(at), resource], cwd=place, stdout=subprocess.PIPE, stderr=log
        )
    try:
        assert server.stdout is not None
        while b"listening" not in (line := server.stdout.readline()):
            assert line, (place / "log").read_text("utf-8")
        yield f"http://127.0.0.1:{at}"
    finally:
        server.kill()
        server.communicate(timeout=PATIENCE)


async def browse(address: str, browser: httpx2.AsyncClient) -> str:
    """Sign in and agree, page by page, as a person does; the address that leads back to the client."""
    answer = await browser.get(address)
    for _ in range(12):
        if answer.status_code in (302, 303):
            onward = urljoin(str(answer.url), answer.headers["location"])
            if "code=" in onward or "error=" in onward:
                return onward
            answer = await browser.get(onward)
            continue
        assert answer.status_code == 200, answer.text
        form = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="(\w*)"', answer.text))
        form |= {"login": "ana", "password": "any"} if form["prompt"] == "login" else {}
        action = re.search(r'action="([^"]+)"', answer.text)
        assert action is not None
        answer = await browser.post(urljoin(str(answer.url), action[1]), data=form)
    raise AssertionError


async def test_a_client_signs_in_at_a_certified_provider(sandbox: Sandbox, tmp_path: Path) -> None:
    ours, theirs = port(), port()
    resource, issuer = f"http://127.0.0.1:{ours}/mcp", f"http://127.0.0.1:{theirs}"
    back: list[str] = []

    async def browser(address: str) -> None:
        async with httpx2.AsyncClient(timeout=PATIENCE) as opened:
            back.append(await browse(address, opened))

    async def called_back() -> AuthorizationCodeResult:
        told = {name: values[0] for name, values in parse_qs(urlsplit(back.pop()).query).items()}
        return AuthorizationCodeResult(code=told["code"], state=told["state"], iss=told.get("iss"))

    way = {"http": f"127.0.0.1:{ours}", "issuer": issuer, "account": "shared"}
    way |= {"client_id": "pages", "client_secret": "a secret of the pages: +/="}
    with running(tmp_path, theirs, resource):
        async with hosted(sandbox, way) as host:
            auth = signing_in(host.url, browser, called_back)
            async with (
                httpx2.AsyncClient(auth=auth, timeout=PATIENCE) as http,
                mcp.Client(streamable_http_client(host.url, http_client=http)) as client,
            ):
                assert not (await client.call_tool("get_contact", {"contact_id": 9})).is_error
                assert not (await client.call_tool("update_contact", {"contact_id": 9, "title": "CEO"})).is_error
                told = await client.call_tool("get_change", {"change_id": 1})
                asked = await client.call_tool("delete_contact", {"contact_id": 9})
                link = re.search(r"http\S+/approve/[\w-]+", asked.content[0].text)  # type: ignore[union-attr]  # same
                assert link
                async with httpx2.AsyncClient(timeout=PATIENCE) as person:
                    page = await person.get(await browse(link[0], person), follow_redirects=True)
                    assert f'signed in as <bdi lang="">ana at {issuer}</bdi>' in page.text
                    token = re.search(r'name="token" value="(\w+)"', page.text)
                    assert token
                    held, form = {"origin": f"http://127.0.0.1:{ours}"}, {"token": token[1], "answer": "approve"}
                    assert (await person.post(link[0], data=form, headers=held)).status_code == 303
                done = await client.call_tool("delete_contact", {"contact_id": 9, "confirm": link[0][-9:]})
                assert not done.is_error
    assert f'"by":"ana at {issuer}"' in told.content[0].text  # type: ignore[union-attr]  # it is text
