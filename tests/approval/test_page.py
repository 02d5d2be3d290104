"""The page answers this machine's browser, under its own name, as long as something waits; everyone else gets no."""

import asyncio
import re
import signal
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import anyio
import httpx
import pytest

from harvest_mcp.approval import markup, serving
from tests.approval.kit import Hall, Person, hall, heading, origin, person
from tests.approval.made import question
from tests.patience import PATIENCE, until
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio

HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "</title></style><style>*{display:none}",
    "' onfocus='alert(1)' autofocus '",
    "{{7*7}} {0} %s ${x}",
    "a\u202eb\u200bc\u2066d",
    "&lt;b&gt; &amp;amp;",
)


async def asked(at: Hall, **more: object) -> tuple[str, str]:
    return await at.ask(question(**more))  # type: ignore[arg-type]  # of several kinds


async def undecided(at: Hall, code: str) -> bool:
    return code in {each.code for each in await at.consents.waiting()}


async def post(someone: Person, link: str, **changes: str | None) -> httpx.Response:
    """The form as a browser sends it, but for the changed headers; None leaves one out."""
    headers = {"Origin": origin(link), "Content-Type": "application/x-www-form-urlencoded"}
    headers |= {name.replace("_", "-"): value for name, value in changes.items() if value is not None}
    for name in [name for name, value in changes.items() if value is None]:
        headers.pop(name.replace("_", "-"))
    body = f"token={await someone.token(link)}&answer=approve"
    return await someone.client.post(link, content=body, headers=headers)


async def test_nothing_listens_before_the_first_question_and_after_the_last(place: str) -> None:
    async with hall(place, linger=0.5) as at, person() as someone:
        assert at.page.address == ""
        _, link = await asked(at)
        assert (await someone.see(link)).status_code == 200
        await someone.answer(link, "decline")
        await stopped(at)
        with pytest.raises(httpx.ConnectError):
            await someone.see(link)


async def stopped(at: Hall) -> None:
    await until(lambda: not at.page.address and not serving_tasks())


def serving_tasks() -> list[asyncio.Task[object]]:
    """What runs as long as a page is served."""
    return [task for task in asyncio.all_tasks() if "_serve" in repr(task.get_coro())]


async def test_it_stops_when_the_last_question_is_answered_in_a_terminal(place: str) -> None:
    async with hall(place, linger=0.1) as at, person():
        code, _ = await asked(at)
        await at.consents.decide(code, "yes")
        await stopped(at)


async def test_it_stops_when_the_last_question_is_too_old(place: str, clock: Clock) -> None:
    async with hall(place, linger=0.1, clock=clock) as at:
        await asked(at)
        await anyio.sleep(0.3)
        assert at.page.address
        clock.turn(300.1)
        await stopped(at)


async def test_it_opens_again_for_the_next_question(place: str) -> None:
    async with hall(place, linger=0.1) as at, person() as someone:
        code, _ = await asked(at)
        await at.consents.decide(code, "yes")
        await stopped(at)
        _, link = await asked(at)
        assert (await someone.see(link)).status_code == 200


async def test_one_port_serves_every_question_each_at_its_own_path(place: str) -> None:
    async with hall(place) as at, person() as someone:
        links = [(await asked(at, name=name))[1] for name in ("Acme", "Birch")]
        assert len({origin(link) for link in links}) == 1
        for link, name in zip(links, ("Acme", "Birch"), strict=True):
            assert f">{name}</p>" in (await someone.see(link)).text
        await someone.approve(links[0])
        assert heading((await someone.see(links[1])).text) == "Delete this client?"


async def test_it_listens_on_the_loopback_only(place: str) -> None:
    async with hall(place) as at:
        _, link = await asked(at)
        port = urlsplit(link).port
        assert urlsplit(link).hostname == "127.0.0.1"
        mine = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        for address in mine - {"127.0.0.1", "127.0.1.1"}:
            with pytest.raises(OSError), socket.create_connection((address, port), timeout=1):
                pass


async def test_without_a_port_there_is_no_link(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> socket.socket:
        raise OSError("no port")

    monkeypatch.setattr(socket, "create_server", taken)
    async with hall(place) as at:
        assert (await asked(at))[1] == ""


async def test_other_paths_show_nothing(place: str) -> None:
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        for path in ("", "/", "/favicon.ico", "/" + "x" * 400, "/../../etc/passwd"):
            for method in ("GET", "POST"):
                seen = await someone.client.request(method, origin(link) + path, headers={"Origin": origin(link)})
                assert (seen.status_code, heading(seen.text)) == (404, "Nothing here")


async def test_a_path_off_by_one_character_shows_nothing(place: str) -> None:
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        for wrong in (link[:-1], link + "A", link[:-1] + ("A" if link[-1] != "A" else "B"), link + "/"):
            assert (await someone.see(wrong)).status_code == 404


HOSTS = ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:{port}", "[::1]:{port}"]


async def test_another_name_that_leads_here_is_not_answered(place: str) -> None:
    async with hall(place) as at, person() as someone:
        code, link = await asked(at)
        for host in HOSTS:
            named = host.format(port=urlsplit(link).port)
            seen = await someone.see(link, Host=named)
            assert (seen.status_code, "Acme" in seen.text) == (403, False)
            assert (await post(someone, link, Host=named, Origin=f"http://{named}")).status_code == 403
        assert await undecided(at, code)


FOREIGN: list[dict[str, str | None]] = [
    {"Origin": None},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "none"},
    {"Sec_Fetch_Dest": "iframe"},
    {"Sec_Fetch_Dest": "empty"},
]


async def test_a_form_from_somewhere_else_is_not_taken(place: str) -> None:
    async with hall(place) as at, person() as someone:
        code, link = await asked(at)
        for headers in FOREIGN:
            assert (await post(someone, link, **headers)).status_code == 403, headers
        assert await undecided(at, code)


BODIES = [
    ("answer=approve", 403),
    ("token=&answer=approve", 403),
    ("token=x&answer=approve", 403),
    ("token={other}&answer=approve", 403),
    ("token={own}&token={own}&answer=approve", 403),
    ("token={own}", 400),
    ("token={own}&answer=yes", 400),
    ("token={own}&answer=decline&answer=approve", 400),
    ("token={own}&answer=approve&rest=" + "x" * 5000, 413),
    ("token=%ff%fe&answer=%00", 403),
]


async def test_a_form_that_is_not_ours_is_not_taken(place: str) -> None:
    async with hall(place) as at, person() as someone:
        (code, link), (_, other) = await asked(at), await asked(at)
        tokens = {"own": await someone.token(link), "other": await someone.token(other)}
        headers = {"Origin": origin(link), "Content-Type": "application/x-www-form-urlencoded"}
        for body, status in BODIES:
            answer = await someone.client.post(link, content=body.format(**tokens), headers=headers)
            assert (answer.status_code, heading(answer.text)) == (status, "Nothing here"), body
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
            assert (await post(someone, link, Content_Type=kind)).status_code == 415
        assert await undecided(at, code)


async def test_other_methods_are_not_answered(place: str) -> None:
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
            answer = await someone.client.request(method, link, headers={"Origin": "https://evil.example"})
            assert answer.status_code == 405
            assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_looking_decides_nothing(place: str) -> None:
    async with hall(place) as at, person() as someone:
        code, link = await asked(at)
        for look in ({}, {"answer": "approve", "token": await someone.token(link)}):
            assert (await someone.client.get(link, params=look)).status_code == 200
        assert (await someone.client.head(link)).text == ""
        assert await undecided(at, code)


async def test_every_answer_forbids_scripts_frames_and_keeping(place: str) -> None:
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        for seen in [await someone.see(link), await someone.see(link + "x"), await someone.answer(link, "decline")]:
            policy = seen.headers["content-security-policy"]
            assert policy == (
                f"default-src 'none'; style-src '{markup.STYLE_HASH}'; form-action 'self'; base-uri 'none';"
                " frame-ancestors 'none'"
            )
            kept = ("cache-control", "x-frame-options", "x-content-type-options", "referrer-policy")
            assert [seen.headers[name] for name in kept] == ["no-store", "DENY", "nosniff", "same-origin"]
            assert "server" not in seen.headers


async def test_an_answer_holds_whatever_comes_after(place: str) -> None:
    async with hall(place) as at, person() as someone:
        code, link = await asked(at)
        token = await someone.token(link)
        await someone.decline(link)
        form = {"token": token, "answer": "approve"}
        await someone.client.post(link, data=form, headers={"Origin": origin(link)})
        assert heading((await someone.see(link)).text) == "Declined"
        assert not await undecided(at, code)


async def test_it_says_what_became_of_the_question(place: str, clock: Clock) -> None:
    async with hall(place, clock=clock) as at, person() as someone:
        (used, first), (_, old) = await asked(at), await asked(at)
        await someone.approve(first)
        await at.consents.take(used, "approval", question())
        assert heading((await someone.see(first)).text) == "No longer open"
        clock.turn(300.1)
        seen = (await someone.see(old)).text
        assert heading(seen) == "No longer open"
        assert "Nothing was deleted." in seen


async def test_signals_stay_with_the_process_and_its_output_stays_clean(
    place: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        await someone.see(link)
        assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before
        await someone.approve(link)
    assert capfd.readouterr() == ("", "")


async def test_closing_takes_the_page_along_at_once(place: str) -> None:
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(link).port)  # a browser's spare connection
        await someone.see(link)  # which came later
        with anyio.fail_after(PATIENCE):
            await at.page.aclose()
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
    assert not serving_tasks()


class Page(HTMLParser):
    """What a browser would make of it: tags with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def shape(self) -> list[tuple[str, set[str]]]:
        """Its tags and their attributes, without the marks of odd characters."""
        return [(tag, set(attributes)) for tag, attributes in self.tags if tag != "mark"]

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


async def test_nothing_comes_from_anywhere_else_and_nothing_runs(place: str) -> None:
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        source = (await someone.see(link)).text
    page = Page(source)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "svg", "a", "base", "video", "audio"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    assert not re.search(r"url\(|@import|https?:|//\w", source)
    assert [form.get("method") for form in page.all("form")] == ["post"]
    assert [button["value"] for button in page.all("button")] == ["decline", "approve"]


async def test_text_of_a_record_stays_text(place: str) -> None:
    async with hall(place) as at, person() as someone:
        harmless = Page(await shown(at, someone, "Acme")).shape()
        for text in HOSTILE:
            page = Page(await shown(at, someone, text))
            assert page.shape() == harmless, text
            assert not [word for word in page.words if re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", word)]


async def shown(at: Hall, someone: Person, text: str) -> str:
    """The page of a question that holds a text everywhere it can."""
    more = {
        "fields": (("id", "1"), ("name", text), (text, text)),
        "goes": ((text, ((text, 17),)),),
        "notes": (text,),
        "lost": (text,),
        "place": text,
        "principal": text,
    }
    _, link = await asked(at, name=text, **more)
    return (await someone.see(link)).text


async def test_the_record_is_shown_whole(place: str) -> None:
    async with hall(place) as at, person() as someone:
        code, link = await asked(at)
        words = " ".join(" ".join(Page((await someone.see(link)).text).words).split())
    for part in (
        f"Code {code}",
        "An assistant asks for your approval Delete this client? Acme Client 11073 in Harvest at kestrel.example",
        "signed in as ada@kestrel.example",
        "What goes with it 3 contacts Wile Coyne 17 Marta Runner 18 Theo Anvil 19",
        "What cannot be brought back The client itself.",
        "its 3 contacts what Harvest itself fills in: id, created at",
        "The record id 11073 name Acme active yes details 1 Desert Road Tucson Empty: fax.",
        "Decline Approve Approve: delete it and its 3 contacts. Otherwise nothing happens. Open until",
    ):
        assert part in words, words


WAITING = {
    "says nothing": "",
    "stops within its head": "GET /x HTTP/1.1\r\nHost: ",
    "never sends its body": "POST /x HTTP/1.1\r\nHost: {host}\r\nContent-Length: 90\r\n\r\n",
}


@pytest.mark.parametrize("how", WAITING)
async def test_sixty_connections_that_wait_for_nothing_keep_nobody_from_deciding(place: str, how: str) -> None:
    async with hall(place) as at, person() as someone:
        _, link = await asked(at)
        host = urlsplit(link).netloc
        said = WAITING[how].format(host=host).replace("/x", urlsplit(link).path).encode()
        streams = []
        for _ in range(60):
            streams.append(await anyio.connect_tcp("127.0.0.1", urlsplit(link).port or 0))
            if said:
                await streams[-1].send(said)
        assert (await someone.see(link)).status_code == 200
        await someone.approve(link)
        for stream in streams:
            await stream.aclose()


async def test_a_connection_that_is_never_used_is_closed(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 0.05)
    async with hall(place) as at:
        _, link = await asked(at)
        stream = await anyio.connect_tcp("127.0.0.1", urlsplit(link).port or 0)
        with anyio.fail_after(PATIENCE), pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await stream.receive()
        await stream.aclose()
