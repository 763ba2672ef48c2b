from __future__ import annotations

import pytest

from claude_tray.i18n.translator import list_languages, load_translator

# As long as a clause: no sentence says one twice.
CHUNK = 30


def find_repeated(text: str) -> str:
    """Return a part that a text has twice; empty if there is none."""
    for start in range(len(text) - CHUNK):
        chunk = text[start : start + CHUNK]
        if text.count(chunk) > 1:
            return chunk
    return ""


@pytest.mark.parametrize("language", list_languages()[1:])
def test_no_translation_repeats_itself(language: str) -> None:
    """Version control may join the lines of two versions."""
    catalog = load_translator(language).catalog
    sentences = catalog._catalog  # type: ignore[attr-defined] # noqa: SLF001

    repeated = {
        sentence: found
        for sentence, text in sentences.items()
        if sentence
        and (found := find_repeated(text))
        and not find_repeated(str(sentence))
    }

    assert repeated == {}


@pytest.mark.parametrize("language", list_languages()[1:])
def test_translations_keep_spaces_and_line_breaks_at_their_ends(
    language: str,
) -> None:
    catalog = load_translator(language).catalog
    sentences = catalog._catalog  # type: ignore[attr-defined] # noqa: SLF001

    for sentence, text in sentences.items():
        english = sentence[0] if isinstance(sentence, tuple) else sentence
        if english and isinstance(sentence, str):
            assert text.endswith("\n") == english.endswith("\n"), english
            assert not text.startswith(" "), english
