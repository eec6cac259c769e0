"""The contents of each kind of page, as records for templates: no markup, no database."""
