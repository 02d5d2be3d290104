"""Ask the person at the client: by a form over the back channel in older protocols, by a result in newer ones."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Never

import anyio
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from harvest_mcp.consent.policy import LIFETIME, Question, Respondent
from harvest_mcp.consent.policy import Answer as Reply
from harvest_mcp.consent.question import doing
from harvest_mcp.consent.store import is_ticket, random_ticket
from harvest_mcp.text.render import visible

Context = ServerRequestContext[Any]
ASKS_IN_RESULTS = "2026-07-28"
"""From this protocol revision on, a question is a result, and the client repeats the call with the answer."""
CONFIRM, CONNECT = "confirm", "connect"
ACTIONS: Mapping[str, Reply] = {"accept": "yes", "decline": "declined", "cancel": "cancelled"}


class Elicited(Exception):
    """Raised to end a call with a question for the person at the client."""

    def __init__(self, question: Question, code: str) -> None:
        self.question, self.code = question, code


def question(asked: Elicited) -> types.InputRequiredResult:
    """Return a question as the result of a call, which the client repeats with the answer."""
    params = types.ElicitRequestFormParams(message=_message(asked.question), requested_schema=_form(asked.question))
    return types.InputRequiredResult(
        input_requests={CONFIRM: types.ElicitRequest(params=params)}, request_state=asked.code
    )


def _message(question: Question) -> str:
    return visible(question.text)


def _form(question: Question) -> dict[str, Any]:
    tick = {"type": "boolean", "title": f"Yes, {doing(question.sheet.does, visible(question.tick))}", "default": False}
    return {"type": "object", "properties": {CONFIRM: tick}, "required": [CONFIRM]}


def refuse_unknown_state(ctx: Context, params: types.CallToolRequestParams) -> None:
    """Refuse a `requestState` that was not issued here; a used or expired one is answered in words.

    Raises:
        MCPError: it was altered, or is somebody else's.
    """
    if ctx.protocol_version < ASKS_IN_RESULTS or params.request_state is None or is_ticket(params.request_state):
        return
    text = "This requestState was not given out by this server, or was altered. Call again without it."
    raise MCPError(code=types.INVALID_PARAMS, message=text)


def person(ctx: Context, params: types.CallToolRequestParams) -> Respondent:
    """Return how the person at the client can be asked; a client with only URL questions cannot show a form."""
    capabilities = ctx.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return Respondent()
    if ctx.protocol_version < ASKS_IN_RESULTS:
        return Respondent(form=_Form(ctx))
    answer = (params.input_responses or {}).get(CONFIRM)
    answered = (params.request_state or "", _answer(answer)) if answer is not None else None
    return Respondent(form=_ask, answered=answered)


async def sent_to(
    ctx: Context, params: types.CallToolRequestParams, says: str, link: str
) -> types.InputRequiredResult | None:
    """Have the client show a page to the person; None if it cannot, and the answer has to name the page.

    The client's reply only says that the page was opened, so it confirms nothing.
    """
    capabilities = ctx.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    if elicitation is None or elicitation.url is None:
        return None
    if ctx.protocol_version >= ASKS_IN_RESULTS:
        if CONNECT in (params.input_responses or {}):
            return None
        asked = types.ElicitRequest(params=types.ElicitRequestURLParams(message=visible(says), url=link))
        return types.InputRequiredResult(input_requests={CONNECT: asked}, request_state=random_ticket())
    with anyio.move_on_after(LIFETIME), suppress(MCPError, ValidationError):
        name = secrets.token_urlsafe(12)
        await ctx.session.elicit_url(visible(says), link, name, related_request_id=ctx.request_id)
    return None


async def _ask(question: Question, code: str) -> Never:
    raise Elicited(question, code)


class _Form:
    """Asks over the back channel of older protocols; silence, failure and nonsense count as no."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def __call__(self, question: Question, code: str) -> Reply:
        with anyio.move_on_after(LIFETIME):
            try:
                reply = await self._ctx.session.elicit_form(
                    _message(question), _form(question), related_request_id=self._ctx.request_id
                )
            except MCPError as error:
                return "ended" if error.code == types.CONNECTION_CLOSED else "failed"
            except ValidationError:
                return "unreadable"
            return _answer(reply)
        return "silent"


def _answer(reply: object) -> Reply:
    """Take only a ticked box for a yes, and only one left unticked for a person's no."""
    if not isinstance(reply, types.ElicitResult) or reply.action not in ACTIONS:
        return "unreadable"
    if reply.action != "accept":
        return ACTIONS[reply.action]
    content = {name: value for name, value in (reply.content or {}).items() if value is not None}
    ticked = content.get(CONFIRM)
    return "yes" if ticked is True else "unticked" if ticked is False else "unreadable" if content else "empty"
