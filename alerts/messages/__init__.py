"""Messages: their contents, as pure records. The channels give them their form."""
