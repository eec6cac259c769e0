"""Letters about joint targeted area inspections (JTAI)."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from demo.documents import phrases, wording
from demo.documents.letter import address, page_number
from demo.documents.model import SampleJointLetter
from demo.documents.page import Styles, build, bullets, labelled, text


def joint_letter(letter: SampleJointLetter) -> bytes:
    """Return the PDF of a letter about a joint targeted area inspection."""
    styles = Styles()
    story = [*_opening(letter, styles), *_lists(letter, styles), *_closing(letter, styles)]
    return build(story, title=_subject(letter), before=page_number, after=address)


def _subject(letter: SampleJointLetter) -> str:
    return f"Joint targeted area inspection of {letter.authority}"


def _opening(letter: SampleJointLetter, styles: Styles) -> list[Flowable]:
    area, body = letter.authority, styles.body
    return [
        Spacer(0, 36),
        text(wording.long_date(letter.letter_date), body),
        text(f"Director of Children’s Services, {area} Council", body),
        text(f"Chief Executive, {area} Integrated Care Board", body),
        text(f"Chief Constable, {area} Police", body),
        text(f"Dear {area} Local Safeguarding Partnership", body),
        labelled(_subject(letter), "", body),
        text(
            "This letter summarises the findings of the joint targeted area inspection (JTAI) of "
            f"the multi-agency response to {letter.theme} in {area}.",
            body,
        ),
        text(
            "This inspection took place from "
            f"{wording.inspection_dates(letter.periods)}. It was carried out by inspectors from "
            "Ofsted, the Care Quality Commission (CQC) and His Majesty’s Inspectorate of "
            "Constabulary and Fire & Rescue Services (HMICFRS).",
            body,
        ),
        text("Headline findings", styles.heading),
        *[text(words, body) for words in letter.headline],
    ]


def _lists(letter: SampleJointLetter, styles: Styles) -> list[Flowable]:
    story: list[Flowable] = []
    for heading, items in (
        ("Areas for priority action", letter.priority_actions),
        (letter.improvement_heading, letter.improvements),
        ("Strengths", letter.strengths),
    ):
        if items:
            story.append(text(heading, styles.heading))
            story += bullets(items, styles, glyph=letter.bullet)
    return story


def _closing(letter: SampleJointLetter, styles: Styles) -> list[Flowable]:
    body = styles.body
    seed = f"{letter.authority}/{letter.letter_date.isoformat()}"
    sentences = phrases.about("partnership", authority=letter.authority, seed=seed)
    return [
        text("Main findings", styles.heading),
        *[text(words, body) for words in sentences],
        text("Next steps", styles.heading),
        text(
            f"We have determined that {letter.authority} Council is the principal authority and "
            "should prepare a written statement of proposed action responding to the findings "
            "outlined in this letter.",
            body,
        ),
        text("Yours sincerely", body),
        text("National Director, Regulation and Social Care, Ofsted", body),
        text("Chief Inspector of Health Care, CQC", body),
        text("His Majesty’s Inspector of Constabulary", body),
    ]
