from __future__ import annotations

import pytest

from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
    shorten_ids,
)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-opus-4-5-20251101", "Opus 4.5"),
        ("claude-sonnet-4-20250514", "Sonnet 4"),
        ("claude-haiku-4-5", "Haiku 4.5"),
        ("claude-3-5-sonnet-20241022", "Sonnet 3.5"),
        ("claude-3-opus-latest", "Opus 3"),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", "Opus 4.5"),
        ("claude-sonnet-4-5[1m]", "Sonnet 4.5"),
        ("claude-fictive-preview", "claude-fictive-preview"),
        ("somebody/else", "somebody/else"),
    ],
)
def test_model_names_are_formatted(model: str, name: str) -> None:
    assert format_model_name(model) == name


def test_project_label_is_its_last_folder() -> None:
    assert build_unique_labels(["/home/ada/shop"]) == {
        "/home/ada/shop": "shop"
    }


def test_parent_folders_make_labels_unique() -> None:
    assert build_unique_labels(["/a/x/shop", "/b/x/shop", "/c/notes"]) == {
        "/a/x/shop": "a · x · shop",
        "/b/x/shop": "b · x · shop",
        "/c/notes": "notes",
    }


def test_windows_paths_and_bare_names_have_labels() -> None:
    assert build_unique_labels(
        [r"C:\work\shop", "-home-ada-notes", "", "/"]
    ) == {
        r"C:\work\shop": "shop",
        "-home-ada-notes": "-home-ada-notes",
        "": "-",
        "/": "/",
    }


def test_folder_inside_a_folder_of_the_same_name() -> None:
    names = build_unique_labels(["/shop", "/shop/shop"])

    assert names == {"/shop": "shop", "/shop/shop": "shop · shop"}


def test_ids_are_shortened_unless_they_begin_alike() -> None:
    alike = ("abcdefgh-1", "abcdefgh-2")

    assert shorten_ids(["01234567-89ab", "short", *alike]) == {
        "01234567-89ab": "01234567",
        "short": "short",
        alike[0]: alike[0],
        alike[1]: alike[1],
    }
