"""How well themes and repeats are told on labelled statements, and what an alert is worth.

`python -m tests.benchmarks.themes` prints, side by side: the figures on the labelled statements of
the corpus; the same with the weights fitted anew on four fifths of the authorities and measured on
the last fifth (5 folds, shuffled three ways); and the figures on statements that were held back.
With `--fit` it fits the weights that ship with the program. With `--database URL` it also says how
many repeats that people have rejected the rule would still tell.

What a fold does not learn anew is made by hand: the phrases of the taxonomy, the parts of a
statement (`reports/themes/clauses.py`), the kinds of signs, the strength of the regularisation and
the rules of repeats. They were written with the labelled statements in view, so that the
cross-validation flatters them a little. The statements held back had no part in any of it: their
column is what other councils' reports can expect. It is stricter in recall, because the second
reading (`themes_labelled.py`) names more themes in a statement than the labels of the corpus do.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from reports.model import ThemeTag
from reports.repeats import still_same
from reports.repeats.issues import statement
from reports.repeats.matching import match_statements
from reports.themes import load_taxonomy, tag
from reports.themes.weights import WEIGHTS_FILE, Weights, load_weights
from storage.database import Database
from storage.models import RejectedRepeat
from tests.benchmarks import alert_rate
from tests.benchmarks.themes_fit import fit_phrases
from tests.benchmarks.themes_labelled import (
    Labelled,
    corpus_statements,
    read_lines,
    second_reading,
)

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FOLDS = 5
SPLITS = 3
CLOSE = 0.03
"""Cross-validated figures are to be no further below those of the corpus."""

AT_LEAST = {
    "main theme": 0.93,
    "theme precision": 0.92,
    "theme recall": 0.92,
    "facet precision": 0.88,
    "facet recall": 0.88,
    "repeat precision": 0.88,
    "repeat recall": 0.88,
}

Tags = tuple[ThemeTag, ...]
Figures = Mapping[str, float]


def fold(urn: str, split: int) -> int:
    """The fold of an authority in one way of making folds; all its statements are in it."""
    digest = hashlib.sha1(f"{split} {urn}".encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % FOLDS


def cross_weights(statements: Sequence[Labelled], split: int) -> list[Weights]:
    """For each fold, weights that were fitted without it."""
    taxonomy = load_taxonomy()
    return [
        fit_phrases([one for one in statements if fold(one.urn, split) != at], taxonomy)
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
    for pair in read_lines(corpus / "repeats.jsonl"):
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


def figures(
    corpus: Path, statements: Sequence[Labelled], chosen: Callable[[str], Weights]
) -> dict[str, float]:
    """All figures with the weights that are chosen for an authority."""
    tagged = (
        (one, tag(one.text, family=one.family, weights=chosen(one.urn)))
        for one in statements
        if one.listed
    )
    repeats = repeat_figures(
        corpus, lambda text, urn: tag(text, family="ilacs", weights=chosen(urn))
    )
    return theme_figures(tagged) | repeats


def corpus_figures(corpus: Path) -> Figures:
    """All figures on the labelled statements of the corpus, with the weights that ship."""
    shipped = load_weights()
    return figures(corpus, corpus_statements(corpus), lambda urn: shipped)


def cross_figures(corpus: Path, split: int) -> Figures:
    """All figures where each authority is judged by weights that never saw it."""
    labelled = corpus_statements(corpus)
    weights = cross_weights([*labelled, *second_reading(corpus)], split)
    return figures(corpus, labelled, lambda urn: weights[fold(urn, split)])


def held_figures(corpus: Path) -> Figures:
    """The figures of themes on statements that were held back."""
    held = [one for one in second_reading(corpus) if one.held]
    return theme_figures((one, tag(one.text, family=one.family)) for one in held)


def measure(corpus: Path) -> None:
    """Print all figures, each beside its cross-validation."""
    whole, held = corpus_figures(corpus), held_figures(corpus)
    splits = [cross_figures(corpus, split) for split in range(SPLITS)]
    print(f"{'':20}  asked  corpus   cross-validated by authority ({SPLITS} x {FOLDS})   held back")
    for name, value in whole.items():
        values = [split[name] for split in splits]
        mean = sum(values) / len(values)
        each = " ".join(f"{one:.3f}" for one in values)
        said = "" if value >= AT_LEAST[name] else f"below {AT_LEAST[name]} "
        said += "" if mean >= value - CLOSE else f"{value - mean:.3f} lower"
        kept = f"{held[name]:.3f}" if name in held else "  –  "
        print(
            f"  {name:18} {AT_LEAST[name]:6.2f} {value:7.3f} {mean:7.3f}"
            f"  (least {min(values):.3f}; {each})   {kept}  {said or 'ok'}"
        )
    alert_rate.measure(corpus)


def fit(corpus: Path) -> None:
    """Fit the weights that ship with the program on all labelled statements."""
    weights = fit_phrases([*corpus_statements(corpus), *second_reading(corpus)], load_taxonomy())
    content = {
        "version": weights.version,
        "primary": dict(weights.primary),
        "keep": dict(weights.keep),
        "primary_words": dict(weights.primary_words),
        "keep_words": dict(weights.keep_words),
    }
    text = json.dumps(content, indent=0, ensure_ascii=False)
    WEIGHTS_FILE.write_text(text + "\n", encoding="utf-8")
    print(f"{text.count(': ')} weights in {WEIGHTS_FILE.name}")


def measure_rejections(url: str) -> None:
    """Print how many of the repeats that people have rejected would still be told."""
    database = Database(url)
    try:
        with database.read() as session:
            rows = session.execute(select(RejectedRepeat.later, RejectedRepeat.earlier))
            rejected = [(later, earlier) for later, earlier in rows]
    finally:
        database.close()
    wrong = still_same(rejected)
    print(f"{len(wrong)} of {len(rejected)} rejected repeats would still be told")
    for later, earlier in wrong:
        print(f"  {later}\n  – {earlier}")


def main(arguments: Sequence[str]) -> None:
    """Fit, measure, or measure what people have rejected."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.themes")
    parser.add_argument("--fit", action="store_true", help="fit the weights that ship")
    parser.add_argument("--database", metavar="URL", help="count the rejected repeats of this one")
    chosen = parser.parse_args(arguments)
    if chosen.database:
        measure_rejections(chosen.database)
    elif not (CORPUS / "themes.jsonl").exists():
        sys.exit("The benchmark reads labelled statements from ../shared/corpus; it is not there.")
    else:
        (fit if chosen.fit else measure)(CORPUS)


if __name__ == "__main__":
    main(sys.argv[1:])
