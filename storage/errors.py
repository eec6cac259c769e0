"""The errors of this room.

InspectionWatchError
└── DatabaseTrouble     the database itself: locked, full, damaged, not reachable
"""

from reports.errors import InspectionWatchError


class DatabaseTrouble(InspectionWatchError):
    """The database cannot do its work now. Nothing of the transaction under way was stored."""
