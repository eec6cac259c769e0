"""Which kinds of report describe an inspection or visit."""

from __future__ import annotations

from reports.model import Kind

DATED_KINDS = frozenset(
    {
        Kind.INSPECTION,
        Kind.FOCUSED_VISIT,
        Kind.MONITORING_VISIT,
        Kind.JOINT_INSPECTION,
        Kind.AREA_SEND,
        Kind.AREA_SEND_MONITORING,
        Kind.UNANNOUNCED_INSPECTION,
    }
)
"""Kinds that describe one dated inspection or visit; the others are documents about a council."""
