"""Everything that a channel must be able to show."""

from __future__ import annotations

from alerts.messages.combined import CombinedMessage
from alerts.messages.digest import DigestMessage
from alerts.messages.message import Message, Notice

Content = Message | Notice | DigestMessage | CombinedMessage
