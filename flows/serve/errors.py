"""What can go wrong with the program as a service."""

from reports.errors import InspectionWatchError


class ServeError(InspectionWatchError):
    """A part of the service does not start or does not stay up. The message names its log."""
