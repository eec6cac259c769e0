"""The errors of this package.

InspectionWatchError
├── DatabaseTrouble     the database itself: locked, full, damaged, not reachable
└── ArchiveTrouble      the store of original files: not reachable, access refused
"""

from reports.errors import InspectionWatchError


class DatabaseTrouble(InspectionWatchError):
    """The database cannot be used now. Nothing of the transaction under way was stored."""


class ArchiveTrouble(InspectionWatchError):
    """The store of original files cannot be used now."""
