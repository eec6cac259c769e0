"""The website: its search, the pages of authorities, and the report files."""
