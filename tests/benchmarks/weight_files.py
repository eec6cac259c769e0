"""Writing fitted weights to the data files that ship with the program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reports.repeats.certainty import REPEAT_WEIGHTS_FILE, RepeatWeights
from reports.repeats.tone import TONE_WEIGHTS_FILE, ToneWeights
from reports.themes.weights import WEIGHTS_FILE, WORDS_FILE, Weights


def write_themes(weights: Weights, figures: Mapping[str, Any]) -> None:
    """Write the weights of the theme tagger with the figures measured when they were fitted."""
    _write(
        WEIGHTS_FILE,
        {
            "version": weights.version,
            "figures": figures,
            "main": weights.main,
            "named": weights.named,
            "primary": weights.primary,
            "keep": weights.keep,
        },
    )
    themes = list(weights.words.main_base)
    number = {theme: at for at, theme in enumerate(themes)}

    def flat(by_theme: Mapping[str, float]) -> list[float]:
        return [value for theme, weight in by_theme.items() for value in (number[theme], weight)]

    words = ",\n".join(
        f"{json.dumps(word, ensure_ascii=False)}: "
        + json.dumps([one.rarity, flat(one.main), flat(one.named)], separators=(",", ":"))
        for word, one in sorted(weights.words.words.items())
    )
    head = {
        "version": weights.version,
        "themes": themes,
        "main_base": list(weights.words.main_base.values()),
        "named_base": list(weights.words.named_base.values()),
    }
    text = json.dumps(head)[:-1] + ',\n"words": {\n' + words + "\n}}\n"
    WORDS_FILE.write_text(text, encoding="utf-8")


def write_repeats(weights: RepeatWeights, figures: Mapping[str, Any]) -> None:
    """Write the weights of repeats with the figures measured when they were fitted."""
    _write(REPEAT_WEIGHTS_FILE, {"version": weights.version, "figures": figures, **asdict(weights)})


def write_tone(weights: ToneWeights, figures: Mapping[str, Any]) -> None:
    """Write the weights of stated repeats with the figures measured when they were fitted."""
    _write(TONE_WEIGHTS_FILE, {"figures": figures, **asdict(weights)})


def _write(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, indent=0, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
