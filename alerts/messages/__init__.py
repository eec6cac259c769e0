"""Messages: what is said (pure records), and how each kind of channel shows it."""
