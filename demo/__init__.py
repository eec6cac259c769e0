"""The world outside, on this machine: invented councils, their reports, a Slack and a mail server.

`make demo` shows the program on it, and the tests run against it. Only `cli` and the tests may use
it. It uses only the record types of `reports`.
"""
