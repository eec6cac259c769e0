"""Labelled sentences about earlier inspections: those of the corpus, and a second reading of more.

The corpus has labels for some of the sentences in its reports. `stated_second_reading.txt` has
labels for others, by another reader who followed the same conventions; it names them by report,
page and digest and holds no text. The expressions were written while reading the sentences of the
corpus and the ones marked "read"; the model was measured once on those marked "held".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from joblib import Parallel, delayed

from reports.repeats.mentions import find_mention
from reports.repeats.sentences import SentenceInContext, find_sentences, lines_of_prose
from reports.repeats.tone_rules import PERSISTING, Tone
from reports.repeats.tone_signs import tone_signs
from reports.text.headers_and_page_numbers import without_running_lines
from reports.text.pdf import open_pdf
from tests.benchmarks.themes_labelled import flat, read_lines

SECOND_READING = Path(__file__).with_name("stated_second_reading.txt")
PROCESSES = 2
_DIGEST_SIGNS = 12


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with the signs of its tone, and what each reader says of it.

    `held`: no expression was written while reading it. Without signs it mentions nothing.
    """

    urn: str
    signs: frozenset[str]
    said: tuple[Tone, ...]
    held: bool = False

    @property
    def stays(self) -> bool:
        """Whether some reader says that something persists."""
        return any(tone in PERSISTING for tone in self.said)

    @property
    def surely_stays(self) -> bool:
        """Whether every reader says so."""
        return all(tone in PERSISTING for tone in self.said)

    @property
    def improved(self) -> bool:
        """Whether some reader says that something improved."""
        return any(tone in {Tone.IMPROVED, Tone.MIXED} for tone in self.said)


def corpus_sentences(corpus: Path) -> list[LabelledSentence]:
    """The sentences that the corpus has labels for."""
    return [
        LabelledSentence(
            urn=row["urn"],
            signs=signs_of(row["before"], row["text"], row["after"]),
            said=tuple(map(Tone, row["labels"])),
        )
        for row in read_lines(corpus / "stated.jsonl")
    ]


def second_reading_sentences(corpus: Path) -> list[LabelledSentence]:
    """The sentences of the second reading, found again in the reports of the corpus."""
    wanted: dict[str, dict[str, tuple[str, bool]]] = {}
    for line in SECOND_READING.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            file_id, digest, which, said = line.split()
            wanted.setdefault(file_id, {})[digest] = said, which == "held"
    urns = {report["file_id"]: report["urn"] for report in read_lines(corpus / "gold.jsonl")}
    found = Parallel(PROCESSES)(
        delayed(_labelled)(corpus / "pdfs" / f"{file_id}.pdf", urns[file_id], labels)
        for file_id, labels in wanted.items()
    )
    return [one for part in found for one in part]


def signs_of(before: str, sentence: str, after: str) -> frozenset[str]:
    """The signs of a sentence; none where it mentions no earlier inspection."""
    mention = find_mention(before, sentence, after)
    return frozenset(tone_signs(mention)) if mention else frozenset()


def digest_of(sentence: str) -> str:
    """What the second reading names a sentence by."""
    digest = hashlib.sha1(flat(sentence).encode(), usedforsecurity=False)
    return digest.hexdigest()[:_DIGEST_SIGNS]


def _labelled(path: Path, urn: str, labels: dict[str, tuple[str, bool]]) -> list[LabelledSentence]:
    return [
        LabelledSentence(
            urn=urn,
            signs=signs_of(before, text, after),
            said=tuple(map(Tone, labels[digest][0].split("/"))),
            held=labels[digest][1],
        )
        for digest, before, text, after in sentences_of(path)
        if digest in labels
    ]


def sentences_of(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """The sentences about earlier inspections of a report, with digest, before and after."""
    seen = set()
    for found in sentences_in_context(path):
        digest = digest_of(found.text)
        if digest not in seen:
            seen.add(digest)
            yield digest, " ".join(found.before[-1:]), found.text, found.after


def sentences_in_context(path: Path) -> list[SentenceInContext]:
    """The same with all that is around them, as the reader sees it."""
    with open_pdf(path.read_bytes(), name=path.name) as document:
        return list(find_sentences(lines_of_prose(without_running_lines(document))))
