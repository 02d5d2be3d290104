"""Nobody is held up by a vendor or a provider who does not answer, by who has no link, or by what is damaged."""

from contextlib import closing
from dataclasses import replace

import anyio
import pytest
from click.testing import CliRunner

from harvest_mcp.commands.cli import main
from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import Unreachable
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.state import State
from harvest_mcp.vault.ring import Ring, Unsealed
from harvest_mcp.vault.store import CLAIMED, Connected, Grant, Vault
from harvest_mcp.vault.tickets import Principal, Tickets
from tests.http.own import ANA, BASE, OLD, Team, team
from tests.http.provider import Provider
from tests.http.test_own_accounts import own, state, store, vendor
from tests.http.test_sign_in import Hand
from tests.patience import PATIENCE

__all__ = ["own", "state", "store", "vendor"]
pytestmark = pytest.mark.anyio
PERSON = Principal("https://id.example", "ana")


async def kept(vault: Vault) -> Connected:
    """A row whose token can be renewed."""
    tickets = Tickets(vault.state, clock=vault.clock)
    grant = Grant(token=Secret("old"), refresh=Secret("again"), expires=vault.clock() + 60, lifetime=600.0)
    link = await tickets.issue("connect", PERSON, system="harvest_v2")
    assert await vault.keep(PERSON, "harvest_v2", "1", grant, by="Ana", tickets=tickets, link=link)
    [row] = await vault.of(PERSON)
    return row


async def test_nobody_waits_while_a_vendor_is_asked_for_a_new_token(store: str) -> None:
    with closing(State(store)) as one, closing(State(store)) as other:
        mine, theirs = (Vault(each, Ring.parse(OLD)) for each in (one, other))
        row = await kept(mine)

        async def ask(grant: Grant) -> Grant:
            with anyio.fail_after(PATIENCE):
                assert await theirs.of(PERSON) == [row]
                assert await mine.rotate() == (0, 1, 0)
            return replace(grant, token=Secret("new"))

        renewed = await mine.renewed(row, ask)
        assert renewed is not None
        assert mine.open(renewed).token == Secret("new")
        assert await theirs.of(PERSON) == [renewed]


async def test_a_renewal_of_a_process_that_died_is_begun_anew_and_one_that_failed_at_once(store: str) -> None:
    hand = Hand()
    with closing(State(store)) as one:
        vault = Vault(one, Ring.parse(OLD), clock=hand)
        row, asked = await kept(vault), list[str]()

        class Killed(BaseException):
            """A process is gone."""

        async def ask(grant: Grant) -> Grant:
            asked.append("once")
            if len(asked) == 1:
                raise Unreachable("nobody answers", next="")
            if len(asked) == 2:
                raise Killed
            return replace(grant, token=Secret("new"))

        with pytest.raises(Unreachable):
            await vault.renewed(row, ask)
        with pytest.raises(Killed):
            await vault.renewed(row, ask)
        hand.now += CLAIMED + 1
        renewed = await vault.renewed(row, ask)
        assert renewed is not None
        assert (vault.open(renewed).token, len(asked)) == (Secret("new"), 3)


async def test_a_provider_that_is_away_is_asked_once_however_many_begin_to_sign_in(own: Team) -> None:
    link, answers = await own.link("ana"), list[int]()
    own.provider.broken, own.provider.asked = "503", []

    async def begin() -> None:
        async with own.browser() as browser:
            answers.append((await browser.get(link)).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(begin)
    assert (answers, len(own.provider.asked)) == ([400] * 20, 2)  # at its two places


async def test_who_has_no_link_keeps_nobody_from_signing_in(own: Team, state: str) -> None:
    codes = ("x" * 50_000, "%00", "%0d%0aX:y", "a", *(["x" * 32, "KX4T-9QWM"] * 60))
    async with own.browser() as browser:
        browser.follow_redirects = False
        paths = [f"{kind}/{code}" for kind in ("connect", "approve") for code in codes]
        assert {(await browser.get(f"{BASE}/{path}")).status_code for path in paths} == {404}
        link = await own.link("ana")
        with closing(State(state)) as held:
            assert held.do(lambda rows: rows.row("SELECT count(*) AS kept FROM tickets")) == {"kept": 1}
        assert (await browser.get(link)).status_code == 303


@pytest.mark.parametrize("name", ["a\0b\x1b]0;c", "a\ud800b\x1b]0;c"])
async def test_a_name_that_no_store_keeps_is_kept_without_what_it_does_not(
    vendor: Sandbox, provider: Provider, store: str, name: str
) -> None:
    provider.of_them = {"name": name}
    async with team(vendor, provider, store) as own:
        assert (await own.connect("ana", ANA)).status_code == 200
    with closing(State(store)) as held:
        assert [each.connected_by for each in await Vault(held, Ring.parse(OLD)).all()] == ["ab]0;c"]


def test_a_damaged_row_hides_nobody_elses(state: str) -> None:
    with closing(State(state)) as held:
        vault = Vault(held, Ring.parse(OLD))
        anyio.run(kept, vault)
        damage = "UPDATE vault SET sealed = x'ff', expires = 'soon', connected_at = 1e300"
        held.do(lambda rows: rows.execute(damage))
        [row] = anyio.run(vault.of, PERSON)
        with pytest.raises(Unsealed):
            vault.open(row)
    listed = CliRunner().invoke(main, ["vault", "list", "--state", state], env={"HARVEST_MCP_VAULT_KEYS": OLD})
    assert (listed.exit_code, listed.output.splitlines()[1].split()[:2]) == (0, ["ana", "Ana"])
