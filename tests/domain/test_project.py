from __future__ import annotations

from claude_tray.domain.project import labels


def test_a_project_is_called_by_its_last_folder() -> None:
    assert labels(["/home/ada/shop"]) == {"/home/ada/shop": "shop"}


def test_folders_above_tell_projects_of_one_name_apart() -> None:
    assert labels(["/a/x/shop", "/b/x/shop", "/c/notes"]) == {
        "/a/x/shop": "a · x · shop",
        "/b/x/shop": "b · x · shop",
        "/c/notes": "notes",
    }


def test_windows_paths_and_bare_folder_names_have_names_too() -> None:
    assert labels([r"C:\work\shop", "-home-ada-notes", "", "/"]) == {
        r"C:\work\shop": "shop",
        "-home-ada-notes": "-home-ada-notes",
        "": "-",
        "/": "/",
    }


def test_one_folder_within_another_of_its_name() -> None:
    names = labels(["/shop", "/shop/shop"])

    assert names == {"/shop": "shop", "/shop/shop": "shop · shop"}
