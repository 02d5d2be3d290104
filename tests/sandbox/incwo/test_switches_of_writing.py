"""Every switch of a write, both sides: what the account does by default where the vendor is silent, and what else."""

from itertools import pairwise

import pytest

from harvest_mcp.systems.incwo import CONTACTS, FIRMS

from .kit import ANNE, LACAZE, Desk, account, leaf, names, texts

pytestmark = pytest.mark.anyio

ONE = f"/contacts/{ANNE}"
BLANK = "<contact><first_name>Anne</first_name></contact>"
WEB_PAGE = "text/html; charset=utf-8"


@pytest.mark.parametrize(("words", "status"), [((), 201), (("create_status=200",), 200)])
async def test_a_create_answers_201_or_200_and_says_first_that_it_saved(words: tuple[str, ...], status: int) -> None:
    async with account(*words) as desk:
        answer = await desk.post("/firms", "<firm><name>Café Brûlé</name></firm>")
        assert (answer.status_code, names(answer.content)[:3]) == (status, ["saved", "id", "name"])
        assert leaf(answer.content, "saved") == "true"


async def test_an_update_answers_with_the_object_or_with_nothing() -> None:
    for words, status in [((), 200), (("update_reply=204",), 204)]:
        async with account(*words) as desk:
            answer = await desk.put(ONE, "<contact><job_title>Gérante</job_title></contact>")
            assert (answer.status_code, bool(answer.content)) == (status, status == 200)
            if answer.content:
                assert (names(answer.content)[0], leaf(answer.content, "updated")) == ("updated", "true")
            assert leaf((await desk.get(ONE)).content, "job_title") == "Gérante"


async def test_a_delete_answers_with_nothing_in_two_ways_or_with_the_object() -> None:
    for words, status, root in [
        ((), 200, b""),
        (("delete_reply=204",), 204, b""),
        (("delete_reply=object",), 200, b"x"),
    ]:
        async with account(*words) as desk:
            answer = await desk.delete(ONE)
            assert (answer.status_code, bool(answer.content)) == (status, bool(root))
            if answer.content:
                assert leaf(answer.content, "id") == str(ANNE)
            assert (await desk.delete(ONE)).status_code == 404


async def test_what_is_not_valid_is_refused_in_three_ways() -> None:
    said = "last_name can't be blank"
    async with account() as desk:
        answer = await desk.post("/contacts", BLANK)
        assert (answer.status_code, leaf(answer.content, "error")) == (422, said)
    async with account("invalid=400") as desk:
        answer = await desk.post("/contacts", BLANK)
        assert (answer.status_code, leaf(answer.content, "error")) == (400, said)
    async with account("invalid=saved-false") as desk:
        answer = await desk.post("/contacts", BLANK)
        assert (answer.status_code, leaf(answer.content, "saved"), leaf(answer.content, "errors/error")) == (
            200,
            "false",
            said,
        )
        answer = await desk.put(ONE, "<contact><last_name></last_name></contact>")
        assert (answer.status_code, leaf(answer.content, "updated")) == (200, "false")
        assert len(desk.sandbox.rows(CONTACTS)) == 200
        assert desk.sandbox.rows(CONTACTS)[0]["last_name"] == "Dupont"


async def test_some_elements_are_required_or_none() -> None:
    empty = [("/contacts", "contact"), ("/firms", "firm"), ("/projects", "project"), ("/tasks", "task")]
    for words, statuses in [((), [422, 422, 422, 201]), (("required=none",), [201] * 4)]:
        async with account(*words) as desk:
            assert [(await desk.post(path, f"<{root}></{root}>")).status_code for path, root in empty] == statuses


@pytest.mark.parametrize(
    "body", ["<contact><last_name>", "", "last_name=Dupont", "<person><last_name>X</last_name></person>"]
)
async def test_a_body_that_is_no_document_of_these_is_a_400_or_a_page_with_500(body: str) -> None:
    async with account() as desk:
        answer = await desk.post("/contacts", body)
        assert (answer.status_code, names(answer.content)) == (400, ["error"])
    async with account("malformed=500-html") as desk:
        answer = await desk.post("/contacts", body)
        assert (answer.status_code, answer.headers["content-type"]) == (500, WEB_PAGE)


async def test_an_unknown_element_is_passed_over_or_refused() -> None:
    body = "<contact><last_name>Œuf</last_name><nickname>x</nickname><id>3</id><firm_name>y</firm_name></contact>"
    async with account() as desk:
        answer = await desk.post("/contacts", body)
        assert (answer.status_code, leaf(answer.content, "id"), leaf(answer.content, "firm_name")) == (
            201,
            "881005",
            None,
        )
    async with account("unknown_field=422") as desk:
        answer = await desk.post("/contacts", body)
        assert (answer.status_code, leaf(answer.content, "error")) == (422, "There is no nickname.")


async def test_an_empty_element_clears_or_is_ignored() -> None:
    body = "<contact><job_title></job_title><job_department>Direction</job_department></contact>"
    for words, title in [((), ""), (("clearing=ignored",), "Acheteuse")]:
        async with account(*words) as desk:
            answer = await desk.put(ONE, body)
            assert (leaf(answer.content, "job_title"), leaf(answer.content, "job_department")) == (title, "Direction")


ITEMS = "contact_items/contact_item"


async def items(desk: Desk) -> list[tuple[int, str]]:
    body = (await desk.get(f"/firms/{LACAZE}")).content
    return list(zip(map(int, texts(body, f"{ITEMS}/id")), texts(body, f"{ITEMS}/value"), strict=True))


def item(value: str, *, id: int = 0, more: str = "") -> str:
    known = f"<id>{id}</id>" if id else ""
    return f"<contact_item>{known}{more}<type_id>71</type_id><value>{value}</value></contact_item>"


def held(*lines: str) -> str:
    return f"<firm><contact_items>{''.join(lines)}</contact_items></firm>"


async def test_a_list_in_an_update_is_merged_by_id_replaced_or_appended() -> None:
    async with account() as desk:
        (first, phone), (second, mail) = await items(desk)
    sent = held(item("1", id=first), item("3"))
    async with account() as desk:
        await desk.put(f"/firms/{LACAZE}", sent)
        found = await items(desk)
        assert [value for _, value in found] == ["1", mail, "3"]
        assert [id for id, _ in found[:2]] == [first, second]
        assert found[2][0] not in (first, second)
    async with account("nested_update=replace") as desk:
        await desk.put(f"/firms/{LACAZE}", sent)
        found = await items(desk)
        assert [value for _, value in found] == ["1", "3"]
        assert {id for id, _ in found} & {first, second} == set()
        await desk.put(f"/firms/{LACAZE}", held())
        assert await items(desk) == []
    async with account("nested=append") as desk:
        await desk.put(f"/firms/{LACAZE}", sent)
        assert [value for _, value in await items(desk)] == [phone, mail, "1", "3"]


async def test_a_child_can_not_be_removed_or_by_an_element_of_its_own() -> None:
    for words, left in [((), 2), (("removing=destroy",), 1)]:
        async with account(*words) as desk:
            (first, _), (second, _) = await items(desk)
            body = held(item("1", id=first), item("2", id=second, more="<_destroy>1</_destroy>"))
            assert (await desk.put(f"/firms/{LACAZE}", body)).status_code == 200
            assert len(await items(desk)) == left


async def test_a_child_that_is_not_there_cannot_be_merged() -> None:
    async with account() as desk:
        assert (await desk.put(f"/firms/{LACAZE}", held(item("1", id=3)))).status_code == 422


async def test_a_record_referred_to_must_exist_or_is_not_looked_for() -> None:
    body = "<contact><last_name>Roux</last_name><firm_id>7</firm_id></contact>"
    async with account() as desk:
        answer = await desk.post("/contacts", body)
        assert (answer.status_code, leaf(answer.content, "error")) == (422, "firm_id does not exist")
        assert (await desk.post("/contacts", body.replace(">7<", ">0<"))).status_code == 201
    async with account("foreign=unchecked") as desk:
        answer = await desk.post("/contacts", body)
        assert (answer.status_code, leaf(answer.content, "firm_id"), leaf(answer.content, "firm_name")) == (
            201,
            "7",
            None,
        )


async def test_a_firm_with_contacts_goes_and_leaves_its_number_or_stays() -> None:
    async with account() as desk:
        assert (await desk.delete(f"/firms/{LACAZE}")).status_code == 200
        body = (await desk.get(ONE)).content
        assert (leaf(body, "firm_id"), leaf(body, "firm_name")) == (str(LACAZE), None)
    async with account("owners=refused") as desk:
        assert (await desk.delete(f"/firms/{LACAZE}")).status_code == 422
        assert desk.sandbox.store.get(FIRMS, LACAZE) is not None


async def test_ids_grow_by_five_or_by_one_and_are_never_given_again() -> None:
    body = "<firm><name>Neuve</name></firm>"
    for words, step in [((), 5), (("id_step=1",), 1)]:
        async with account(*words) as desk:
            made = [int(leaf((await desk.post("/firms", body)).content, "id") or 0) for _ in range(2)]
            await desk.delete(f"/firms/{made[1]}")
            made.append(int(leaf((await desk.post("/firms", body)).content, "id") or 0))
            assert [later - earlier for earlier, later in pairwise(made)] == [step, step]
