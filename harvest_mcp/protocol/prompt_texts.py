"""Prompts in the protocol's types: offered, and filled in."""

from collections.abc import Sequence

import mcp_types as types
from mcp.shared.exceptions import MCPError

from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.protocol.prompts import Prompt
from harvest_mcp.text.render import visible


def offered(prompt: Prompt) -> types.Prompt:
    """Return a prompt with its arguments."""
    arguments = [
        types.PromptArgument(name=each.name, description=each.description, required=each.required)
        for each in prompt.arguments
    ]
    return types.Prompt(
        name=prompt.name, title=prompt.title, description=prompt.description, arguments=arguments or None
    )


def filled(prompts: Sequence[Prompt], params: types.GetPromptRequestParams) -> types.GetPromptResult:
    """Return the text of a prompt with its arguments filled in.

    Raises:
        MCPError: there is no such prompt, or it takes other arguments.
    """
    prompt = next((each for each in prompts if each.name == params.name), None)
    if prompt is None:
        names = ", ".join(each.name for each in prompts)
        raise MCPError(code=types.INVALID_PARAMS, message=f"There is no prompt of that name. Prompts: {names}.")
    try:
        text = prompt.fill(params.arguments or {})
    except HarvestMcpError as error:
        raise MCPError(code=types.INVALID_PARAMS, message=str(error)) from None
    message = types.PromptMessage(role="user", content=types.TextContent(text=visible(text)))
    return types.GetPromptResult(description=prompt.description, messages=[message])
