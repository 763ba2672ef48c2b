from __future__ import annotations

from claude_tray.core.tokens import TOKEN_KINDS, Rate, TokenCounts


def test_counts_and_rates_have_a_field_for_each_kind() -> None:
    names = tuple(kind.name for kind in TOKEN_KINDS)

    assert TokenCounts._fields == names
    assert Rate._fields == names


def test_categories_are_attributes_of_counts() -> None:
    counts = TokenCounts(1, 2, 3, 4, 5)
    categories = dict.fromkeys(kind.category for kind in TOKEN_KINDS)

    assert sum(getattr(counts, name) for name in categories) == counts.total


def test_token_counts_add_up() -> None:
    counts = TokenCounts(1, 2, 3, 4, 5)

    assert counts.total == 15
    assert counts.cache_write == 7
    assert counts.prompt == 13
    assert counts.plus(counts) == TokenCounts(2, 4, 6, 8, 10)


def test_each_kind_has_its_price() -> None:
    rate = Rate(1, 10, 100, 1_000, 10_000)

    assert rate.compute_cost(TokenCounts(1, 2, 3, 4, 5)) == 54_321


def test_the_servers_export_names_cache_writes_as_the_api_does() -> None:
    names = [kind.server_export_name for kind in TOKEN_KINDS]

    assert names == [
        *("input_tokens", "output_tokens", "cache_creation_5m_tokens"),
        *("cache_creation_1h_tokens", "cache_read_tokens"),
    ]
