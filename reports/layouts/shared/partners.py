"""Whom an area in a joint inspection is for: the partnership, or one partner agency alone."""

from __future__ import annotations

import re

from reports.model import Target

_POLICE = r"police|constabulary"
_HEALTH = (
    r"NHS|hospital|GPs|CAMHS|midwives|midwifery|emergency department|health visit(?:ors|ing)|"
    r"school nurs(?:es|ing)|(?:adult )?(?:mental |sexual )?health "
    r"(?:services|professionals|practitioners|providers|staff)"
)
_PROBATION = r"probation|NPS|CRC"
_OPENS = tuple(
    re.compile(rf"(?!In )(?:[\w’'-]+ ){{0,3}}?(?:{agency})\b", re.IGNORECASE)
    for agency in (_POLICE, _HEALTH, _PROBATION)
)
_NAMED = (
    re.compile(r"\b(?:police|constabulary|officers?|force)\b", re.IGNORECASE),
    re.compile(
        r"\b(?:health|NHS|hospitals?|GPs?|CAMHS|midwi\w+|nurs\w+|clinic\w*|medical|dentists?|ICB|CCG|"
        r"substance misuse|emergency department)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:probation|NPS|CRC|community rehabilitation)\b", re.IGNORECASE),
)
_OTHERS = re.compile(
    r"partner|agenc|joint|local authorit|council|children[’']s (?:social|services)|\bsocial\b|"
    r"early help|safeguarding (?:children )?board|\bLSC[BP]\b|\bboards?\b|schools?\b(?! nurs)|"
    r"education|\bMASH\b|\bhub\b|front door|strategy (?:meeting|discussion)|conference|core group|"
    r"community safety|voluntary|youth|\bYO[ST]\b|\bYJS\b|housing|cafcass|duty team|"
    r"referral and assessment|adult services|together|police protection|police custody|"
    r"services across|\ball (?:staff|professionals|practitioners|services|leaders)",
    re.IGNORECASE,
)


def target_of(text: str) -> Target:
    """PARTNER where the words open with one partner agency and name nobody else.

    Whom an area is for is not printed. Only the plain case is decided; a word that may mean
    the council, for several agencies or for work that they do together leaves it with all, as
    PARTNERSHIP.
    """
    opens = any(agency.match(text) for agency in _OPENS)
    named = sum(agency.search(text) is not None for agency in _NAMED)
    alone = opens and named == 1 and not _OTHERS.search(text)
    return Target.PARTNER if alone else Target.PARTNERSHIP
