"""The errors of this package.

InspectionWatchError
├── DatabaseTrouble     the database itself: locked, full, damaged, not reachable
└── ArchiveTrouble      the folder or store of original files: full, not reachable, access refused
"""

from reports.errors import InspectionWatchError


class DatabaseTrouble(InspectionWatchError):
    """The database cannot be used now. Nothing of the transaction under way was stored."""


class ArchiveTrouble(InspectionWatchError):
    """The folder or store of original files, or one file in it, cannot be used now."""
