"""A stand-in for the outside world: invented councils and their reports, a Slack, a mail server.

`make demo` shows the product on it and the tests run against it. No other room but the command
may use it, and it uses only the record types of `reports`.
"""
