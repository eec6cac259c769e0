"""Atom feeds (RFC 4287): one for each subscription, and one for each authority with its reports.

model           what a feed is, its stable ids and its file name
authorities     every report that is known, with its grades
subscriptions   the events that were sent, or would have been
content         an entry as HTML
atom, index     a feed as XML, and the page that lists them
folder          the files, each written whole, and only where something changed
"""
