"""The contents of each kind of page as records, without markup or a database for templates."""
