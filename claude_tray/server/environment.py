"""What the environment decides; refuses what it does not understand."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.window import Rule
from claude_tray.errors import SettingsError
from claude_tray.settings.prices import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

Network = IPv4Network | IPv6Network

_AUTO: Final = "auto"
_TRUE: Final = ("1", "true", "yes", "on")
_FALSE: Final = ("", "0", "false", "no", "off")
_MOST_WORKERS: Final = 64


class Environment(NamedTuple):
    """
    The server's settings.

    Attributes:
        secret_key: `CLAUDE_TRAY_SECRET_KEY`; empty: one is kept in a file.
        allowed_hosts: `CLAUDE_TRAY_ALLOWED_HOSTS`: names it answers to.
        trusts_proxy: `CLAUDE_TRAY_TRUST_PROXY`: a proxy that ends TLS stands
            before it, whose X-Forwarded headers hold.
        workers: `CLAUDE_TRAY_WORKERS`: processes.
        window_rule: `CLAUDE_TRAY_WINDOW_RULE`; None is "auto".
        price_table: `CLAUDE_TRAY_PRICE_TABLE`.
        sync_networks: `CLAUDE_TRAY_SYNC_NETWORKS`: who may send; empty: all.
        database_url: `DATABASE_URL`; empty: SQLite in the data folder.
        limits_rates: `CLAUDE_TRAY_RATE_LIMITS`: off where a proxy does it.
        is_loopback: `CLAUDE_TRAY_LOOPBACK`, which `serve` sets: only
            programs of this machine reach it.
    """

    secret_key: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusts_proxy: bool = False
    workers: int = 1
    window_rule: Rule | None = None
    price_table: str = "anthropic"
    sync_networks: tuple[Network, ...] = ()
    database_url: str = ""
    limits_rates: bool = True
    is_loopback: bool = False


def environment_of(variables: Mapping[str, str]) -> Environment:
    """
    Return what these variables tell the server.

    Raises:
        SettingsError: A value is not understood; the summary names it.
    """
    own = {
        name.removeprefix("CLAUDE_TRAY_"): value.strip()
        for name, value in variables.items()
        if name.startswith("CLAUDE_TRAY_")
    }
    return Environment(
        secret_key=own.get("SECRET_KEY", ""),
        allowed_hosts=_list(own.get("ALLOWED_HOSTS", "")),
        trusts_proxy=_switch("TRUST_PROXY", own),
        workers=_workers(own.get("WORKERS", "") or "1"),
        window_rule=_rule(own.get("WINDOW_RULE", "") or _AUTO),
        price_table=_table(own.get("PRICE_TABLE", "") or TABLES[0]),
        sync_networks=tuple(
            _network(text) for text in _list(own.get("SYNC_NETWORKS", ""))
        ),
        database_url=variables.get("DATABASE_URL", "").strip(),
        limits_rates=_switch("RATE_LIMITS", {"RATE_LIMITS": "on"} | own),
        is_loopback=_switch("LOOPBACK", own),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _switch(name: str, own: Mapping[str, str]) -> bool:
    text = own.get(name, "").lower()
    if text not in _TRUE + _FALSE:
        raise _error(text, "Use true or false.", name=name)
    return text in _TRUE


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_WORKERS:
        hint = f"Use a whole number from 1 to {_MOST_WORKERS}."
        raise _error(text, hint, name="WORKERS")
    return int(text)


def _rule(text: str) -> Rule | None:
    if text == _AUTO:
        return None
    if text not in list(Rule):
        names = ", ".join([_AUTO, *Rule])
        hint = f"Use one of: {names}."
        raise _error(text, hint, name="WINDOW_RULE")
    return Rule(text)


def _table(text: str) -> str:
    if text not in TABLES:
        hint = f"Use one of: {', '.join(TABLES)}."
        raise _error(text, hint, name="PRICE_TABLE")
    return text


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        hint = "Use networks such as 10.0.0.0/8, separated by commas."
        raise _error(text, hint, name="SYNC_NETWORKS") from error


def _error(text: str, hint: str, *, name: str) -> SettingsError:
    summary = f"CLAUDE_TRAY_{name}={text!r} is not understood."
    return SettingsError(summary, hint=hint)
