"""How well themes and repeats are told on labelled statements, and what an alert is worth.

`python -m tests.benchmarks.themes` prints the figures on the whole corpus and, beside them, with
the weights fitted anew on four fifths of the authorities and measured on the last fifth. With
`--fit` it fits the weights that ship with the program.

The phrases of the taxonomy were written with the labelled statements in view. The cross-validation
holds only the weights to account; new statements do somewhat worse than it says.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from reports.model import ThemeTag
from reports.repeats.issues import statement
from reports.repeats.matching import match_statements
from reports.themes import load_taxonomy, tag
from reports.themes.weights import WEIGHTS_FILE, Weights, load_weights
from tests.benchmarks import alert_rate
from tests.benchmarks.theme_fit import Labelled, fit_weights

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FOLDS = 5
SPLITS = 3
FAMILIES = {"send": "area_send", "jtai": "jtai", "focused": "focused_visit"}

Tags = tuple[ThemeTag, ...]


def labelled_statements(corpus: Path) -> list[Labelled]:
    """All labelled statements, with whether a report really has them as an area."""
    known = {
        _flat(item)
        for report in _lines(corpus / "gold.jsonl")
        for section in report["improvement_sections"]
        for item in section["items"]
    }
    return [
        Labelled(
            text=row["text"],
            urn=row["urn"],
            family=FAMILIES.get(row["kind"], "ilacs"),
            primary=frozenset(row["primary"]),
            any_themes=frozenset(row["also_any"]),
            both_themes=frozenset(row["also_both"]),
            any_facets=frozenset(row["facets_any"]),
            both_facets=frozenset(row["facets_both"]),
            listed=_flat(row["text"]) in known,
        )
        for row in _lines(corpus / "themes.jsonl")
    ]


def fold(urn: str, split: int) -> int:
    """The fold of an authority in one way of making folds; all its statements are in it."""
    digest = hashlib.sha1(f"{split} {urn}".encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % FOLDS


def cross_weights(statements: Sequence[Labelled], split: int) -> list[Weights]:
    """For each fold, weights that were fitted without it."""
    taxonomy = load_taxonomy()
    return [
        fit_weights([one for one in statements if fold(one.urn, split) != at], taxonomy)
        for at in range(FOLDS)
    ]


def theme_figures(tagged: Iterable[tuple[Labelled, Tags]]) -> dict[str, float]:
    """Share of right main themes; precision and recall of themes and facets."""
    rows = list(tagged)
    right = sum(
        next((t.theme for t in tags if t.role == "primary"), "none") in one.primary
        for one, tags in rows
    )
    themes = _precision_recall(
        ({t.theme for t in tags}, one.any_themes, one.both_themes) for one, tags in rows
    )
    facets = _precision_recall(
        ({t.facet for t in tags if t.facet}, one.any_facets, one.both_facets) for one, tags in rows
    )
    return {
        "main theme": right / len(rows),
        "theme precision": themes[0],
        "theme recall": themes[1],
        "facet precision": facets[0],
        "facet recall": facets[1],
    }


def _precision_recall(
    rows: Iterable[tuple[set[str], frozenset[str], frozenset[str]]],
) -> tuple[float, float]:
    """Found is right where either reader says so; what both say must be found."""
    right = wrong = missed = 0
    for found, either, both in rows:
        right += len(found & either)
        wrong += len(found - either)
        missed += len(both - found)
    return right / max(1, right + wrong), right / max(1, right + missed)


def repeat_figures(corpus: Path, tagger: Callable[[str, str], Tags]) -> dict[str, float]:
    """Precision and recall of same-issue repeats; `tagger` takes a text and its authority."""
    right = wrong = missed = 0
    for pair in _lines(corpus / "repeats.jsonl"):
        later, earlier = (
            [statement(text, themes=tagger(text, pair["urn"])) for text in pair[side]]
            for side in ("later", "earlier")
        )
        found = {
            (at, before)
            for at, new in enumerate(later)
            for before, old in enumerate(earlier)
            if match_statements(new, old)
        }
        labels = {(m["later"], m["earlier"]): m["labels"] for m in pair["matches"]}
        either = {key for key, said in labels.items() if "same_issue" in said}
        both = {key for key, said in labels.items() if said.count("same_issue") > 1}
        right += len(found & either)
        wrong += len(found - either)
        missed += len(both - found)
    return {
        "repeat precision": right / max(1, right + wrong),
        "repeat recall": right / max(1, right + missed),
    }


def figures(corpus: Path, chosen: Callable[[str], Weights]) -> dict[str, float]:
    """All figures with the weights that are chosen for an authority."""
    tagged = (
        (one, tag(one.text, family=one.family, weights=chosen(one.urn)))
        for one in labelled_statements(corpus)
        if one.listed
    )
    repeats = repeat_figures(
        corpus, lambda text, urn: tag(text, family="ilacs", weights=chosen(urn))
    )
    return theme_figures(tagged) | repeats


def cross_figures(corpus: Path, split: int) -> dict[str, float]:
    """All figures where each authority is judged by weights that never saw it."""
    weights = cross_weights(labelled_statements(corpus), split)
    return figures(corpus, lambda urn: weights[fold(urn, split)])


def measure(corpus: Path) -> None:
    """Print all figures, each beside its cross-validation."""
    shipped = load_weights()
    whole = figures(corpus, lambda urn: shipped)
    splits = [cross_figures(corpus, split) for split in range(SPLITS)]
    print(f"                           corpus   cross-validated by authority ({SPLITS} splits)")
    for name, value in whole.items():
        values = [split[name] for split in splits]
        mean = sum(values) / len(values)
        print(f"  {name:22} {value:9.3f} {mean:9.3f} ({min(values):.3f} to {max(values):.3f})")
    alert_rate.measure(corpus)


def fit(corpus: Path) -> None:
    """Fit the weights that ship with the program on all labelled statements."""
    taxonomy = load_taxonomy()
    weights = fit_weights(labelled_statements(corpus), taxonomy)
    content = {
        "version": taxonomy.version,
        "primary": dict(weights.primary),
        "keep": dict(weights.keep),
    }
    text = json.dumps(content, indent=0, ensure_ascii=False)
    WEIGHTS_FILE.write_text(text + "\n", encoding="utf-8")
    print(f"{len(weights.primary) + len(weights.keep)} weights in {WEIGHTS_FILE.name}")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _flat(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


if __name__ == "__main__":
    if not (CORPUS / "themes.jsonl").exists():
        sys.exit("The benchmark reads labelled statements from ../shared/corpus; it is not there.")
    (fit if "--fit" in sys.argv[1:] else measure)(CORPUS)
