"""Words and addresses from outside, made harmless before any message is built from them."""

from reports.safe_text import (
    host_of as host_of,
)
from reports.safe_text import (
    plain_line as plain_line,
)
from reports.safe_text import (
    shortened as shortened,
)
from reports.safe_text import (
    web_address as web_address,
)
