"""The list of layouts: one class for each family of documents."""

from __future__ import annotations

from reports.layouts.area_send import AreaSendLayout
from reports.layouts.area_send_monitoring import AreaSendMonitoringLayout
from reports.layouts.before_2013.contact_referral import ContactReferralLayout
from reports.layouts.before_2013.joint_review_2009 import JointReview2009Layout
from reports.layouts.before_2013.looked_after_2013 import LookedAfter2013Layout
from reports.layouts.before_2013.protection import ProtectionLayout
from reports.layouts.before_2013.safeguarding import SafeguardingLayout
from reports.layouts.council_update import CouncilUpdateLayout
from reports.layouts.ilacs import IlacsLayout
from reports.layouts.jtai import JtaiLayout
from reports.layouts.local_area_send import LocalAreaSendLayout
from reports.layouts.shared.base import Layout, ReadingBuilder
from reports.layouts.sif.inspection import SifLayout
from reports.layouts.sif.lscb_review import LscbLayout
from reports.layouts.visits import FOCUSED_VISIT, MONITORING_VISIT
from reports.text.document import Document

LETTERS: tuple[Layout, ...] = (
    FOCUSED_VISIT,
    MONITORING_VISIT,
    JtaiLayout(),
    LocalAreaSendLayout(),
    ContactReferralLayout(),
)
"""Families that are recognised by the subject line of a letter."""

LAYOUTS: tuple[Layout, ...] = (
    IlacsLayout(),
    SifLayout(),
    LscbLayout(),
    LookedAfter2013Layout(),
    SafeguardingLayout(),
    ProtectionLayout(),
    JointReview2009Layout(),
    AreaSendLayout(),
    AreaSendMonitoringLayout(),
    CouncilUpdateLayout(),
    *LETTERS,
)
"""All families that can be read. Exactly one must match a document."""


def matching_layouts(document: Document) -> tuple[Layout, ...]:
    """Return the layouts that match the document; more than one means that none is certain.

    A letter's subject decides. Its text may quote the title of another kind of report.
    """
    letters = tuple(layout for layout in LETTERS if layout.matches(document))
    return letters or tuple(layout for layout in LAYOUTS if layout.matches(document))


__all__ = ["LAYOUTS", "Layout", "ReadingBuilder", "matching_layouts"]
