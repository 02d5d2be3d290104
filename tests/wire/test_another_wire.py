"""The same record by another wire: JSON in place of XML, PATCH, references as objects, cursors that are no numbers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from harvest_mcp.api import Api
from harvest_mcp.gateway import Waiting, nobody
from harvest_mcp.spec import (
    Action,
    Cursor,
    Exchange,
    Filter,
    Page,
    Record,
    Request,
    Resource,
    Response,
    Scope,
    Value,
    Wire,
)
from harvest_mcp.systems.harvest import HARVEST, PROJECTS
from harvest_mcp.systems.harvest.projects import Project
from harvest_mcp.wire import rails
from harvest_mcp.wire.records import Records

R = TypeVar("R", bound=Record)
RECORDS = Records(lambda name: (name,), lambda item: rails.READ[item.type])


@dataclass(frozen=True, slots=True)
class Json(Wire):
    """Bodies at the top, a reference as an object with an id, a next page by a cursor."""

    path: str

    @property
    def paged(self) -> bool:
        return True

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        def read(answer: Response) -> Page[R]:
            told = decoded(answer.body)
            rows = RECORDS.read([flat(row) for row in told[scope.resource.plural]], scope.resource.record)
            return Page(rows, Cursor(told["next"]) if told["next"] else None, total=str(told["pages"]))

        return Exchange(Request("GET", self.path, (("cursor", cursor),) if cursor else ()), read)

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        def read(answer: Response) -> R:
            return RECORDS.read([flat(decoded(answer.body))], scope.resource.record)[0]

        return Exchange(Request("GET", f"{self.path}/{id}"), read)

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        request = Request("POST", self.path, body=json.dumps(dict(values), default=str).encode())
        return Exchange(request, lambda answer: decoded(answer.body)["id"])

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]:
        body = json.dumps(dict(values), default=str).encode()
        return Exchange(Request("PATCH", f"{self.path}/{id}", body=body), lambda answer: None)

    def delete(self, scope: Scope[R], id: int) -> Exchange[None]:
        return Exchange(Request("DELETE", f"{self.path}/{id}"), lambda answer: None)

    def act(
        self,
        scope: Scope[R],
        action: Action,
        id: int,
        said: tuple[Resource[Record], Mapping[str, Value]] | None = None,
    ) -> Exchange[None]:
        return self.update(scope, id, {action.flips: bool(action.to)})


def decoded(body: bytes) -> Any:
    return json.loads(body, parse_float=Decimal)


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A referred record as the column of its id."""
    pairs = ((f"{name}_id", value["id"]) if isinstance(value, dict) else (name, value) for name, value in row.items())
    return dict(pairs)


PLACE: Scope[Project] = Scope(replace(PROJECTS, wire=Json("/v2/projects")))
FIRST = {"id": 7, "client": {"id": 9, "name": "SuprCorp"}, "name": "Site", "active": True, "hourly_rate": 80.25}
SECOND = {"id": 8, "client": {"id": 9, "name": "SuprCorp"}, "name": "Shop", "active": False, "hourly_rate": None}
ANSWERS: dict[tuple[str, str, tuple[tuple[str, str], ...]], Any] = {
    ("GET", "/v2/projects", ()): {"projects": [FIRST], "next": "eyJ2", "pages": 2},
    ("GET", "/v2/projects", (("cursor", "eyJ2"),)): {"projects": [SECOND], "next": None, "pages": 2},
    ("GET", "/v2/projects/7", ()): FIRST,
    ("POST", "/v2/projects", ()): {"id": 9},
    ("PATCH", "/v2/projects/7", ()): FIRST,
}


def account() -> tuple[Api, list[Request]]:
    sent: list[Request] = []

    async def send(request: Request, *, waiting: Waiting = nobody) -> Response:
        sent.append(request)
        return Response(200, {}, json.dumps(ANSWERS[request.method, request.path, request.query]).encode())

    return Api(HARVEST, send), sent


@pytest.mark.anyio
async def test_a_list_goes_on_by_whatever_cursor_its_wire_gives() -> None:
    api, sent = account()
    found = await api.scan(PLACE)
    assert ([row.name for row in found.rows], found.whole, found.read) == (["Site", "Shop"], True, 2)
    assert [each.query for each in sent] == [(), (("cursor", "eyJ2"),)]


@pytest.mark.anyio
async def test_numbers_truth_and_nested_references_are_read_into_the_same_record() -> None:
    api, _ = account()
    assert await api.get(PLACE, 7) == Project(id=7, client_id=9, name="Site", active=True, hourly_rate=Decimal("80.25"))


@pytest.mark.anyio
async def test_an_update_may_be_a_patch_with_its_body_at_the_top() -> None:
    api, sent = account()
    await api.update(PLACE, 7, {"name": "Site 2", "hourly_rate": Decimal("90.5")})
    assert sent == [Request("PATCH", "/v2/projects/7", body=b'{"name": "Site 2", "hourly_rate": "90.5"}')]
    assert sent[0].writes
    assert await api.create(PLACE, {"name": "New"}) == 9


async def mixed(api: Api) -> None:
    """A resource is not a place: neither of these calls passes the type check."""
    await api.get(PROJECTS, 7)  # type: ignore[arg-type]  # a resource for a scope of it
    await api.scan(PROJECTS)  # type: ignore[arg-type]  # same
