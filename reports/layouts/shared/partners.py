"""Whom an area of a joint inspection addresses: the partnership, or one partner agency alone."""

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
    """Return PARTNER where the words open with one partner agency and name no other body.

    Reports do not print whom an area addresses, so only the plain case is decided. A word that may
    mean the council, several agencies or work that they do together makes it PARTNERSHIP.
    """
    opens = any(agency.match(text) for agency in _OPENS)
    named = sum(agency.search(text) is not None for agency in _NAMED)
    alone = opens and named == 1 and not _OTHERS.search(text)
    return Target.PARTNER if alone else Target.PARTNERSHIP
