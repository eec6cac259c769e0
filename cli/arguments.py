"""Arguments that several commands take, with checks whose errors name the option."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, TypeVar

import typer

from reports.errors import ConfigurationError
from reports.register import Register
from reports.register_file import RegisteredAuthority
from reports.safe_text import quoted
from reports.suggestions import did_you_mean, known_value, nearest
from reports.themes.taxonomy import Theme, load_taxonomy
from reports.wording import either_words

Pages = Annotated[
    str | None,
    typer.Option("--pages", help="Read only these pages, such as 12-20 of an agenda pack."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


Word = TypeVar("Word", bound=StrEnum)
Chosen = TypeVar("Chosen")


def word_of(text: str, vocabulary: Iterable[Word], *, option: str) -> Word:
    """Return the word of `vocabulary` that matches `text`, in upper or lower case.

    Raises ConfigurationError, which lists the words and names the nearest.
    """
    return choice({str(word): word for word in vocabulary}, text, option=option)


def choice(by_word: Mapping[str, Chosen], text: str, *, option: str) -> Chosen:
    """Return the value of the word that matches `text`, in upper or lower case.

    Raises ConfigurationError, which lists the words and names the nearest.
    """
    folded = {word.casefold(): word for word in by_word}
    if (found := folded.get(text.casefold())) is not None:
        return by_word[found]
    hint = did_you_mean(nearest(text, by_word))
    words = either_words(list(by_word))
    raise ConfigurationError(f"{option} takes {words}, not {quoted(text)}{hint}")


def parse_day(text: str, *, option: str) -> date:
    """Return a date argument. Raises ConfigurationError, which names the option."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{option} takes a date such as 2024-07-12, not {quoted(text)}"
        ) from error


def council_named(name: str, register: Register) -> RegisteredAuthority:
    """Return a council by any of its names. Raises ConfigurationError with the nearest names."""
    found = register.find(name)
    if found is None:
        raise register.unknown_council(name)
    return found


def theme_named(text: str, *, option: str | None = None) -> Theme:
    """Return a theme by its id or name. Raises ConfigurationError with the nearest one."""
    themes = load_taxonomy().themes.values()
    by_word = {theme.id: theme for theme in themes} | {theme.name: theme for theme in themes}
    return known_value(
        text.replace("'", "’"),  # as keyboards have it
        by_word,
        what=f"theme in {option}" if option else "theme",
        listed_by="themes",
    )


def folder_of(text: str, *, option: str) -> Path:
    """Return the folder that an option names. Raises ConfigurationError where the text is empty.

    `Path` would make the current folder of it, although a variable that is not set was meant.
    """
    if not text.strip():
        raise ConfigurationError(f"{option} is empty: name a folder, or . for the current one")
    return Path(text)


def check_file(file: Path) -> None:
    """Raise ConfigurationError for what is not a file, or cannot be read."""
    fault = _fault_of(file)
    if fault:
        raise ConfigurationError(f"Cannot read {quoted(str(file))}: {fault}")


def _fault_of(file: Path) -> str:
    """Return why a file cannot be read; empty where it can."""
    try:
        if file.is_dir():
            return "it is a folder; name its files"
        if not file.exists():
            return "there is no such file"
        return "" if file.is_file() else "it is a device or a pipe"
    except OSError as error:
        return error.strerror or str(error)


def check_folder(folder: Path, *, option: str = "--to", named: Path | None = None) -> None:
    """Make the folder of an option if there is none, and try to write into it.

    `named` is what the user gave for the option; None: the folder itself. Raises
    ConfigurationError where that fails.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        is_file = isinstance(error, FileExistsError)
        said = f"{folder} is a file, not a folder" if is_file else error.strerror or error
        raise ConfigurationError(f"{option} {named or folder} cannot be written: {said}") from error
