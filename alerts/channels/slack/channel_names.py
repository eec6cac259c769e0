"""The names of Slack's channels."""

CHANNEL = r"#?[^\s#@<>]{1,80}"
"""What `channel` may be in `watch.yaml`, as a regular expression: a name or an id."""
