"""What is wrong with an entry of `watch.yaml`, in plain words and with its line.

A value is shown only where a word of a closed vocabulary is expected: other values may be secrets.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from alerts.channels.base import ChannelBase
from alerts.events.types import EventType
from alerts.messages.detail import Detail
from alerts.messages.digest_schedule import When
from alerts.messages.national_digest import DigestForm
from alerts.subscriptions.matching import RepeatStrength, Severity
from alerts.subscriptions.yaml_lines import Place, YamlDocument
from reports.errors import ConfigurationError
from reports.model import Judgement, Kind
from reports.safe_text import quoted
from reports.value_faults import MUST_BE
from reports.wording import uncapitalised

_EXAMPLES: dict[str | int, str] = {
    "events": "grade_change",
    "regions": "London",
    "themes": "sufficiency",
    "kinds": "inspection",
    "judgements": "help_and_protection",
    "keywords": "care leavers",
    "to": "team@example.gov.uk",
    "channels": "team-mail",
}
"""An example of an entry, for a list that was written without its brackets."""

_VOCABULARIES: dict[str | int, tuple[str, type[StrEnum]]] = {
    "when": ("value for `when`", When),
    "min_severity": ("severity", Severity),
    "repeats": ("strength of repeats", RepeatStrength),
    "kinds": ("kind of report", Kind),
    "judgements": ("judgement", Judgement),
    "detail": ("detail", Detail),
    "digest": ("form of a digest", DigestForm),
}
"""The closed vocabularies, and what their words are called, by key. Any other key has events."""

_Model = TypeVar("_Model", bound=BaseModel)


def validated(
    document: YamlDocument, model: type[_Model], values: dict[str, Any], place: Place
) -> _Model:
    """Return `values` as a `model`. Raises ConfigurationError with a line for each fault."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    lines = [
        str(_translated(document, fault, model, (*place, *fault["loc"])))
        for fault in faults
        if not _follows(fault, faults) and (*place, *fault["loc"]) not in document.unset
    ]
    raise ConfigurationError("\n".join(lines))


def _follows(fault: ErrorDetails, faults: Sequence[ErrorDetails]) -> bool:
    """Return whether a fault only follows from another one.

    A misspelt key is also missing, and a list whose entries are wrong is also too short.
    """
    place = fault["loc"]
    if fault["type"] == "missing":
        misspelt = [other["loc"] for other in faults if other["type"] == "extra_forbidden"]
        return any(other[:-1] == place[:-1] for other in misspelt)
    if fault["type"] == "too_short":
        return any(other["loc"][:-1] == place for other in faults)
    return False


def _translated(
    document: YamlDocument, fault: ErrorDetails, model: type[BaseModel], spot: Place
) -> ConfigurationError:
    """Return the error for a fault that pydantic found. Secrets are not shown."""
    match fault["type"]:
        case "extra_forbidden":
            return unknown_key(document, spot, _model_at(model, fault["loc"][:-1]))
        case "missing":
            return document.error(spot, f"{spoken(spot)} is missing")
        case "enum":
            word = str(_value_at(document, spot))
            key = next(step for step in reversed(spot) if isinstance(step, str))
            what, vocabulary = _VOCABULARIES.get(key, ("event", EventType))
            valid = [member.value for member in vocabulary]
            problem = f"unknown {what} {quoted(word)}"
            return document.error(spot, problem, word=word, valid=valid)
        case "string_type" if _value_at(document, spot) is None:
            problem = f"{spoken(spot)} is empty; a value that begins with # needs quotes"
            return document.error(spot, problem)
        case kind if kind in MUST_BE:
            words = {"example": _EXAMPLES.get(spot[-1], "Havering"), **fault.get("ctx", {})}
            return document.error(spot, f"{spoken(spot)} {MUST_BE[kind].format_map(words)}")
        case "value_error":  # from our own validators, whose messages begin with a verb
            problem = fault["msg"].removeprefix("Value error, ")
            return document.error(spot, f"{spoken(spot)} {problem}")
        case _:
            return document.error(spot, f"{spoken(spot)}: {uncapitalised(fault['msg'])}")


def unknown_key(document: YamlDocument, spot: Place, model: type[BaseModel]) -> ConfigurationError:
    """Return the error for a key that `model` does not have, with the nearest valid key."""
    fields = model.model_fields
    valid = [info.alias or name for name, info in fields.items()]
    if issubclass(model, ChannelBase):
        valid.remove("name")
    key = str(spot[-1])
    return document.error(spot, f"unknown key {quoted(key)}", word=key, valid=valid)


def _value_at(document: YamlDocument, spot: Place) -> Any:
    value = document.values
    for step in spot:
        value = value[step]
    return value


def _model_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel]:
    """Return the model at a place inside a model."""
    for step in loc:
        inner = model.model_fields[str(step)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return model


def spoken(place: Place) -> str:
    """Return a place in words: the last key, or the number of an entry in a list."""
    if not place:
        return "the file"
    if isinstance(place[-1], int):
        return f"entry {place[-1] + 1} of {place[-2]}" if len(place) > 1 else "the list"
    return place[-1]
