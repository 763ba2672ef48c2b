"""
Serve the tools over stdin and stdout with the official MCP SDK.

While it serves, the SDK points the process's stdout at stderr, so that nothing
but the protocol reaches the agent.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
import mcp_types
from mcp import MCPError
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from claude_tray import __version__
from claude_tray.cli.mcp_server import tools

if TYPE_CHECKING:
    import argparse

    from mcp.server.context import ServerRequestContext


_NAME: Final = "claude-tray"
_INSTRUCTIONS: Final = (
    "Reports how much of Claude Code's usage limits is left on this computer."
    " Call `budget` before starting long or expensive work: state `enough`"
    " means go ahead; `tight`, `short` and `unknown` mean do less, save"
    " progress or ask the user; `blocked` means stop. Percentages are Claude"
    " Code's own reports; costs are list prices, which a subscription does"
    " not pay. All tools only read."
)
_ANNOTATIONS: Final = mcp_types.ToolAnnotations(
    read_only_hint=True,
    destructive_hint=False,
    idempotent_hint=True,
    open_world_hint=False,
)


def serve(arguments: argparse.Namespace) -> None:
    """
    Answer requests until stdin is closed.

    Args:
        arguments: Command line, as of any command that reads the store.
    """
    toolbox = tools.Toolbox(arguments)
    # One call at a time: each reads new transcripts first.
    limiter = anyio.CapacityLimiter(1)

    async def call_tool(
        _: ServerRequestContext[object],
        params: mcp_types.CallToolRequestParams,
    ) -> mcp_types.CallToolResult:
        if params.name not in tools.TOOLS:
            raise MCPError(
                mcp_types.INVALID_PARAMS,
                f"There is no tool {params.name[:100]!r}.",
            )
        call = partial(toolbox.call, params.name, params.arguments or {})
        answer = await anyio.to_thread.run_sync(call, limiter=limiter)
        return mcp_types.CallToolResult(
            content=[mcp_types.TextContent(type="text", text=answer.text)],
            structured_content=answer.value,
            is_error=answer.value is None,
        )

    server = Server(
        _NAME,
        version=__version__,
        title=_NAME,
        instructions=_INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=call_tool,
    )
    anyio.run(_run, server)


async def _run(server: Server[object]) -> None:
    async with stdio_server() as (requests, responses):
        options = server.create_initialization_options()
        await server.run(requests, responses, options)


async def _list_tools(
    _: ServerRequestContext[object],
    __: mcp_types.PaginatedRequestParams | None,
) -> mcp_types.ListToolsResult:
    return mcp_types.ListToolsResult(
        tools=[
            mcp_types.Tool(
                name=name,
                title=tool.title,
                description=tool.description,
                input_schema=tools.build_schema(tool.arguments),
                output_schema=tools.build_schema(tool.reply),
                annotations=_ANNOTATIONS,
            )
            for name, tool in tools.TOOLS.items()
        ]
    )
