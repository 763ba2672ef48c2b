"""Call the tools through the official client, over a process's streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.commands.test_window import used
from tests.support.builders import make_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp import Client

    from tests.cli.conftest import Terminal

anyio = pytest.importorskip("anyio")
mcp = pytest.importorskip("mcp")
__all__ = ["used"]

COMMAND = ("-m", "claude_tray", "mcp")


def list_arguments(terminal: Terminal) -> list[str]:
    return [*COMMAND, "--claude-path", str(terminal.claude.path)]


def talk(terminal: Terminal, use: Callable[[Client], Awaitable[Any]]) -> Any:
    """Start the server as an agent does, and use it."""
    server = mcp.StdioServerParameters(
        command=sys.executable,
        args=list_arguments(terminal),
        env=dict(os.environ),
    )

    async def run() -> Any:
        async with mcp.Client(server) as client:
            return await use(client)

    return anyio.run(run)


def call(terminal: Terminal, name: str, **arguments: Any) -> Any:
    """Return the structured result; the client checks it by the schema."""

    async def use(client: Client) -> Any:
        # The client checks results by schemas that it has seen.
        await client.list_tools()
        return await client.call_tool(name, arguments)

    result = talk(terminal, use)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def test_tools_have_schemas_and_only_read(terminal: Terminal) -> None:
    async def use(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in talk(terminal, use)}

    assert list(tools) == ["limits", "pace", "budget", "spend"]
    for tool in tools.values():
        assert tool.description
        assert tool.input_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["type"] == "object"
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
    need = tools["budget"].input_schema["properties"]["need"]
    assert (need["type"], need["maximum"]) == ("number", 100)


def test_limits_and_pace_are_those_of_the_commands(used: Terminal) -> None:
    (account,) = call(used, "limits")["accounts"]
    (pace,) = call(used, "pace")["accounts"]
    (expected,) = used.run("status", "--json").json["profiles"]

    assert account["account"] == pace["account"] == expected["name"]
    assert account["window_end"] == expected["window"]["end"]
    assert account["limits"][0]["used_percentage"] == 48
    assert account["binding_limit"] == expected["binding_limit"]
    assert pace["window_end"] == expected["window"]["end"]
    assert pace["limits"][0]["used_percentage"] == 48


def test_the_budget_is_that_of_the_command(used: Terminal) -> None:
    answer = call(used, "budget", need="60", account=None)
    expected = used.run("budget", "--need", "60", "--json").json

    assert answer["state"] == expected["state"] == "short"
    assert answer["turns_left"] == expected["turns_left"]
    assert answer["text"] == expected["text"]


def test_spend_is_that_of_the_report(used: Terminal) -> None:
    """Both projects were used within the last 200 minutes."""
    answer = call(used, "spend", period="7d")
    one = call(used, "spend", period="7d", project="notes")
    first = call(used, "spend", period="all", limit=1)
    report = used.run("projects", "--days", "7", "--json").json

    expected = {item["path"]: item for item in report["projects"]}
    assert answer["project_count"] == len(expected) == 2
    assert [item["name"] for item in answer["projects"]] == ["shop", "notes"]
    for item in answer["projects"]:
        reported = expected[item["path"]]
        assert item["cost_usd"] == reported["total_cost_usd"]
        assert item["messages"] == reported["total_messages"]
        assert item["cost_is_lower_bound"] == reported["cost_is_lower_bound"]
    assert [item["name"] for item in one["projects"]] == ["notes"]
    assert one["cost_usd"] == one["projects"][0]["cost_usd"]
    assert (len(first["projects"]), first["project_count"]) == (1, 2)
    assert first["cost_usd"] == answer["cost_usd"]


def test_new_responses_are_in_the_next_answer(terminal: Terminal) -> None:
    async def use(client: Client) -> Any:
        before = await client.call_tool("spend", {"period": "all"})
        terminal.claude.append(make_line())
        after = await client.call_tool("spend", {"period": "all"})
        return [
            result.structured_content["messages"] for result in (before, after)
        ]

    assert talk(terminal, use) == [0, 1]


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("budget", {"need": 0}, "Expected `float` > 0.0"),
        ("budget", {"need": "much"}, "Expected"),
        ("budget", {"ned": 15}, "unknown field `ned`"),
        ("budget", {"account": "bob"}, "There is no account “bob”."),
        ("spend", {"period": "fortnight"}, "“fortnight” is not a period."),
        ("spend", {"project": "shp"}, "There is no project “shp”."),
        ("spend", {"limit": 0}, "Expected `int` >= 1"),
    ],
)
def test_wrong_arguments_are_answered_in_a_sentence(
    used: Terminal, name: str, arguments: dict[str, Any], reason: str
) -> None:
    async def use(client: Client) -> Any:
        return await client.call_tool(name, arguments)

    result = talk(used, use)

    assert result.is_error
    assert reason in result.content[0].text
    assert "Traceback" not in result.content[0].text


def test_a_damaged_store_is_answered_in_a_sentence(used: Terminal) -> None:
    async def use(client: Client) -> Any:
        database = used.app_home / "data" / "usage.db"
        database.write_bytes(b"no database" * 1_000)
        return await client.call_tool("limits", {})

    result = talk(used, use)

    text = result.content[0].text
    assert result.is_error is ("as_of" not in text)
    assert "Traceback" not in text


def test_stdout_has_only_the_protocol_and_the_end_is_quiet(
    used: Terminal,
) -> None:
    """Also with settings that are complained about, and lines of garbage."""
    used.write_settings("[window]\nrule = 5\n")
    requests = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "old", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "budget", "arguments": {"need": 15}},
        },
        {
            "jsonrpc": "2.0",
            "id": 3,
            "method": "tools/call",
            "params": {"name": "rm", "arguments": {}},
        },
    ]
    lines = ["no json\n", *(json.dumps(item) + "\n" for item in requests)]

    with subprocess.Popen(
        [sys.executable, *list_arguments(used)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(lines))
        process.stdin.flush()
        answers: dict[int, Any] = {}
        while {1, 2, 3} - answers.keys():
            message = json.loads(process.stdout.readline())
            assert message["jsonrpc"] == "2.0"
            answers[message.get("id") or 0] = message
        rest, errors = process.communicate(timeout=30)

    assert rest == ""
    assert process.returncode == 0
    assert "rule" in errors
    assert answers[1]["result"]["serverInfo"]["name"] == "claude-tray"
    assert answers[2]["result"]["structuredContent"]["state"] == "enough"
    assert answers[3]["error"]["code"] == -32602


@pytest.mark.usefixtures("terminal")
def test_without_the_sdk_the_command_says_how_to_install_it() -> None:
    """In a process that cannot find it."""
    code = (
        "import sys; sys.modules['mcp'] = sys.modules['anyio'] = None;"
        "from claude_tray.cli.main import main; sys.exit(main(['mcp']))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert result.stdout == ""
    assert "needs the MCP SDK, which is missing. Run: " in result.stderr
    assert 'pip install "mcp>=2,<3"' in result.stderr
    assert result.stderr.count("\n") == 1
