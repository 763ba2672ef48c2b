from __future__ import annotations

import pytest

from claude_tray.app.instance_messages import (
    Accepted,
    CountWatches,
    Declined,
    DescribeStatus,
    QuitTray,
    RefreshDone,
    RefreshStore,
    ReportStatus,
    ShowPopup,
    StatusDescribed,
    TogglePopup,
    TrayCommand,
    TrayReply,
    WatchCount,
    encode_message,
    parse_command,
    parse_reply,
)


@pytest.mark.parametrize(
    "command",
    [
        QuitTray(),
        ShowPopup(),
        TogglePopup(),
        ReportStatus(),
        CountWatches(),
        RefreshStore(("/home/ada/.claude", "/home/ada/a,b c")),
        DescribeStatus(
            ("/home/ada/.claude",), "de", is_24h=True, shows_remaining=False
        ),
    ],
)
def test_a_command_survives_the_socket(command: TrayCommand) -> None:
    line = encode_message(command)

    assert "\n" not in line
    assert parse_command(line) == command


@pytest.mark.parametrize(
    "reply",
    [
        Accepted(),
        Declined("busy"),
        WatchCount(7),
        WatchCount(None),
        RefreshDone(1, 2, 3, 4, 5, 6),
        StatusDescribed("2h", "Line\nline", None, {"used": ""}),
    ],
)
def test_a_reply_survives_the_socket(reply: TrayReply) -> None:
    assert parse_reply(encode_message(reply)) == reply


@pytest.mark.parametrize(
    "line", ["", "running", "gain 1 2", "{}", "[1]", '{"command":"dance"}']
)
def test_lines_of_other_versions_are_no_messages(line: str) -> None:
    assert parse_command(line) is None
    assert parse_reply(line) is None


def test_the_names_of_light_commands_are_those_of_the_structs() -> None:
    for command, name in (
        (QuitTray(), "quit"),
        (ShowPopup(), "show"),
        (TogglePopup(), "toggle"),
        (ReportStatus(), "status"),
        (CountWatches(), "watched"),
    ):
        assert encode_message(command) == f'{{"command":"{name}"}}'
