"""The errors of the whole program have one root.

    InspectionWatchError
    ├── ConfigurationError                          wrong settings, watch.yaml or arguments: exit 2
    ├── ReadingError                                a file that is not a report we can open
    │   └── ReaderStopped                           the reading process died, hung or grew too large
    ├── DatabaseTrouble  (storage.errors)           the database itself
    ├── ArchiveTrouble   (storage.errors)           the original files
    ├── SiteError        (scrapers.errors)          the website
    ├── MessagesNotMade  (alerts.outbox.isolation)  messages that could not be composed
    ├── DeliveryError    (alerts.channels.errors)   a channel
    └── ServeError       (flows.serve.errors)       a part of the service

Whether to try again is decided by class or flag, never by the words of a message.
"""


class InspectionWatchError(Exception):
    """Anything this program raises on purpose."""


class ConfigurationError(InspectionWatchError):
    """A setting or argument is wrong. The message is one sentence that names it and what to do."""


class ReadingError(InspectionWatchError):
    """A file cannot be opened as a report at all (not a PDF, encrypted, too long, ...).

    `code` is its problem code (see `reports.problems`).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ReaderStopped(ReadingError):
    """The process that reads untrusted files crashed, hung or ran out of its memory."""
