"""What each kind of page shows, as records: no markup, no database. The templates only render."""
