"""The wire of a manager's teammates: one list without ids of its own, read and written whole (harvest-v2 21.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Exchange, Record, Request, Response, Scope, Value
from harvest_mcp.wire.document import Plain
from harvest_mcp.wire.json import codec
from harvest_mcp.wire.json.records import mapping_of, numbers
from harvest_mcp.wire.json.wires import JsonWire

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members(JsonWire):
    """A list at `{path}/{id}/{list}`, read as a record with that id: the members' ids in one column, names in another,
    `of` the owner."""

    inner: str
    sent: str
    ids: str
    called: str
    of: str

    def one(self, scope: Scope[R], id: int) -> str:
        return f"{self.path}/{id}/{self.inner}"

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        number = int(id)

        def read(answer: Response) -> R:
            told = mapping_of(codec.read(answer.body))
            rows, links = told.get(self.inner), told.get("links")
            if not isinstance(rows, list) or (isinstance(links, dict) and links.get("next")):
                raise Malformed("unexpected-root")
            people = [each for each in rows if isinstance(each, dict)]
            row: dict[str, Plain] = {
                "id": number,
                self.of.removesuffix("_id"): {"id": number},
                self.ids: ",".join(str(each.get("id")) for each in people) or None,
                self.called: ", ".join(_name(each) for each in people) or None,
            }
            return self.form(scope).read([row], scope.resource.record)[0]

        return Exchange(Request("GET", self.one(scope, number)), read)

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]:
        body = codec.write({self.sent: numbers(str(values.get(self.ids) or ""))})

        def read(answer: Response) -> None:
            if not isinstance(mapping_of(codec.read(answer.body)).get(self.inner), list):
                raise Malformed("another-record")

        return Exchange(Request("PATCH", self.one(scope, id), body=body), read)


def _name(person: Mapping[str, Plain]) -> str:
    return " ".join(str(each) for each in (person.get("first_name"), person.get("last_name")) if each)
