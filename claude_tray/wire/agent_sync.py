"""The agent-sync contract: what a machine sends and what it is answered."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class CacheCreation(TypedDict):
    """Tokens written to the cache, by how long they are kept."""

    ephemeral_5m_input_tokens: int
    ephemeral_1h_input_tokens: int


class ServerToolUse(TypedDict):
    """Tools that ran at Anthropic and are billed by the call."""

    web_search_requests: int


class Usage(TypedDict):
    """One reply's counts, in Claude Code's own words."""

    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int
    cache_creation: CacheCreation
    speed: NotRequired[str]
    inference_geo: NotRequired[str]
    server_tool_use: NotRequired[ServerToolUse]


class Reply(TypedDict):
    """One reply; its id is empty where the transcript had none."""

    id: str
    model: str
    usage: Usage


class Message(TypedDict):
    """One usage record. The timestamp is ISO 8601 in UTC with ms and Z."""

    timestamp: str
    requestId: str
    message: Reply


class Session(TypedDict):
    """A session's records, or those of them that changed."""

    session_id: str
    messages: list[Message]


class Project(TypedDict):
    """A project's sessions. The path is empty where it is kept private."""

    name: str
    path: str
    sessions: list[Session]


class Limit(TypedDict):
    """A limit as Claude Code told it: a hint for the server's own window."""

    name: str
    used_percentage: float
    resets_at: str
    observed_at: str


class Agent(TypedDict):
    """Who sends, and which part of its changes this is."""

    machine_id: str
    machine_name: str
    store_id: str
    from_seq: int
    to_seq: int
    sent_at: str
    as_of: str
    account: str
    version: str
    limits: list[Limit]


class Request(TypedDict):
    """The body of POST agent-sync/."""

    projects: list[Project]
    agent: NotRequired[Agent]


class Rejected(TypedDict):
    """One message that a receiver of our kind would not take."""

    index: int
    session_id: str
    code: str
    detail: str


class Answer(TypedDict):
    """The answer to POST agent-sync/; only the first six from any receiver."""

    status: str
    message: str
    projects_updated: int
    sessions_updated: int
    snapshots_created: int
    timestamp: str
    snapshots_received: NotRequired[int]
    rejected: NotRequired[list[Rejected]]
    acked_seq: NotRequired[int]
    resync_from: NotRequired[int | None]


class Handshake(TypedDict):
    """The answer to GET agent-sync/ of a receiver of our kind."""

    server_id: str
    acked_seq: int
    max_messages: int
    max_bytes: int
    encodings: list[str]
    timestamp: str
