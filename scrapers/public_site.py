"""Ofsted's own site. This module imports nothing, so that reading the settings is quick."""

PUBLIC_SITE = "https://reports.ofsted.gov.uk"

PUBLIC_HOSTS = frozenset({"reports.ofsted.gov.uk", "files.ofsted.gov.uk"})
"""The two hosts of the site. They are asked over https on the standard port only, and must resolve
to public addresses, whatever the settings say."""
