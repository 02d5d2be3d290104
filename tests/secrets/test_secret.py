"""The masked type: what nothing shows; and the blotter, which takes secrets out of other people's words."""

import base64
import copy
import json
import pickle
import traceback
from dataclasses import asdict, dataclass

import httpx
import pytest
from pydantic import BaseModel

from harvest_mcp.config.secret import CODES, MASK, SPELLINGS, Secret, StatePlace, blotter
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.transport import SignedIn
from harvest_mcp.systems.harvest import HARVEST
from tests.holds import holds_for

from .witness import FORMS as LOOKED_FOR
from .witness import Witness

TEXT = 'Sésame+/=&?%"<ouvre> toi\\'


class Model(BaseModel):
    own: Secret


@dataclass
class Holder:
    own: Secret


def test_no_way_of_showing_it_shows_it() -> None:
    secret, witness = Secret(TEXT), Witness({"it": TEXT})
    shown = [
        repr(secret),
        str(secret),
        f"{secret} {secret!r} {secret:>40}",
        "%s %r" % (secret, secret),  # noqa: UP031 - the old way shows things too
        repr([secret]),
        repr({"a": secret}),
        repr(Model(own=secret)),
        Model(own=secret).model_dump_json(),
        repr(Model(own=secret).model_dump()),
        repr(vars(Model(own=secret))),
        repr(asdict(Holder(secret))),
        repr(vars(Holder(secret))),
        repr(dir(secret)),
        json.dumps({"a": secret}, default=str),
    ]
    for text in shown:
        witness.hear("shown", text)
    assert witness.found() == []
    assert (str(secret), repr(secret)) == (MASK, f"Secret('{MASK}')")


def test_it_has_no_dict_to_look_into() -> None:
    with pytest.raises(TypeError):
        vars(Secret(TEXT))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", [Secret, StatePlace])
def test_it_is_not_pickled(kind: type[Secret], protocol: int) -> None:
    for holder in (kind(TEXT), [kind(TEXT)], Model.model_construct(own=kind(TEXT)), Holder(kind(TEXT))):
        with pytest.raises(TypeError, match="a secret is not pickled"):
            pickle.dumps(holder, protocol)


def test_it_gives_its_state_to_nobody() -> None:
    with pytest.raises(TypeError, match="a secret is not pickled"):
        Secret(TEXT).__getstate__()


def test_a_copy_is_the_same_object() -> None:
    secret = Secret(TEXT)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_a_traceback_with_its_variables_does_not_show_it() -> None:
    def fail(secret: Secret) -> None:
        raise ValueError(f"with {secret}")

    witness = Witness({"it": TEXT})
    with pytest.raises(ValueError, match="with") as failure:
        fail(Secret(TEXT))
    (shown,) = traceback.TracebackException.from_exception(failure.value, capture_locals=True).stack[1:]
    witness.hear("traceback", repr(shown.locals))
    assert shown.locals == {"secret": "Secret('********')"}
    assert witness.found() == []


class Broken(httpx.AsyncBaseTransport):
    """Fails with the request that is on its way, credentials and all, in its hands."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent = str(request.url) + str(dict(request.headers))
        raise RuntimeError("broken")


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["password", "token"])
async def test_a_request_on_its_way_does_not_show_it_either(way: str) -> None:
    url, broken = "https://suprcorp.harvestapp.com", Broken()
    account = Account.token(HARVEST, url, TEXT) if way == "token" else Account.basic(HARVEST, url, "jane", TEXT)
    with pytest.raises(RuntimeError) as failure:
        await SignedIn(account, broken).handle_async_request(httpx.Request("GET", f"{url}/clients"))
    stack = traceback.TracebackException.from_exception(failure.value, capture_locals=True).stack
    witness = Witness({"it": TEXT})
    witness.hear("sent", broken.sent)
    assert witness.found() != []
    witness = Witness({"it": TEXT})
    witness.hear("variables", repr([frame.locals for frame in stack if "broken" not in (frame.locals or {})]))
    assert "<Signed('GET', '/clients')>" in witness.heard["variables"][0]
    assert witness.found() == []


def test_equal_texts_are_equal_secrets_and_no_text_is_one() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("é") == Secret("é")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert (bool(Secret("")), bool(Secret("a"))) == (False, True)


@holds_for(
    ("place", "shown", "passwords"),
    [
        ("~/state.db", "~/state.db", []),
        ("postgresql://db.example/harvest", "postgresql://db.example/harvest", []),
        ("postgresql://me:p%40ss@db.example:5433/harvest", "postgresql://db.example/harvest", ["p%40ss", "p@ss"]),
        ("postgres://me:pass@db.example/h?sslmode=require", "postgres://db.example/h", ["pass"]),
        ("postgresql:///h?password=pass&sslpassword=other", "postgresql:///h", ["pass", "other"]),
    ],
)
def test_a_place_is_shown_without_its_credentials(place: str, shown: str, passwords: list[str]) -> None:
    made = StatePlace(place)
    assert (str(made), repr(made), made.reveal()) == (shown, f"StatePlace('{shown}')", place)
    assert [each.reveal() for each in made.secrets] == passwords


@holds_for("spelling", SPELLINGS)
def test_every_spelling_is_blotted_out_wherever_it_stands(spelling: str) -> None:
    blot = blotter([Secret(TEXT)])
    for place in range(3):
        spelt = [list(SPELLINGS[spelling](letter)) or [letter] for letter in TEXT]
        text = "".join(ways[place % len(ways)] for ways in spelt)
        assert blot(f"before {text} behind") == f"before {MASK} behind"
        assert blot(text.upper()) == MASK


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_blotted_out(code: str) -> None:
    for made in CODES[code](TEXT.encode()):
        assert blotter([Secret(TEXT)])(f"before {made} behind") == f"before {MASK} behind"


def test_a_text_that_is_spelt_in_several_ways_at_once_is_blotted_out() -> None:
    assert blotter([Secret("aé'& b")])("&#97;%C3%A9&apos;&amp;amp;+b") != MASK
    assert blotter([Secret("aé'& b")])("&#97;%C3%A9&apos;&amp;+b") == MASK
    assert blotter([Secret("aé'& b")])("%61\\u00e9\\'%26%2520B") == MASK


@holds_for("form", LOOKED_FOR)
def test_every_form_that_is_looked_for_is_blotted_out(form: str) -> None:
    blot, witness = blotter([Secret(TEXT)]), Witness({"it": TEXT})
    for shape in LOOKED_FOR[form](TEXT, TEXT.encode()):
        if "\0" not in shape:  # raw UTF-16 is no text
            witness.hear("blotted", blot(f"<{shape}>"))
    assert witness.found() == []


@holds_for("before", range(6))
def test_the_code_of_a_longer_text_is_blotted_out_at_every_alignment(before: int) -> None:
    coded = base64.b64encode(b"x" * before + TEXT.encode() + b"behind").decode()
    witness = Witness({"it": TEXT})
    witness.hear("blotted", blotter([Secret(TEXT)])(coded))
    assert witness.found() == []


def test_the_longest_of_two_secrets_goes_first() -> None:
    assert blotter([Secret("abcdefgh"), Secret("abcdefghij")])("-abcdefghij-abcdefgh-") == f"-{MASK}-{MASK}-"


def test_a_short_secret_is_blotted_out_in_no_code_that_innocent_words_have() -> None:
    assert blotter([Secret("ab+")])("ab+ ab%2B YWIr abc") == f"{MASK} {MASK} YWIr abc"


def test_nothing_secret_leaves_a_text_as_it_is() -> None:
    assert blotter([])("as it is") == blotter([Secret("")])("as it is") == "as it is"


def test_a_blotter_keeps_no_text_where_it_can_be_looked_at() -> None:
    blot, witness = blotter([Secret(TEXT)]), Witness({"it": TEXT})
    witness.hear("shown", repr(blot) + repr(vars(blot)))
    assert witness.found() == []


@holds_for("form", LOOKED_FOR)
def test_the_witness_finds_every_form(form: str) -> None:
    for shape in LOOKED_FOR[form](TEXT, TEXT.encode()):
        for heard in (f"before{shape}behind", f"before{shape}behind".encode(), shape.upper()):
            witness = Witness({"it": TEXT})
            witness.hear("somewhere", heard)
            assert {(found.secret, found.where) for found in witness.found()} == {("it", "somewhere")}
