"""Messages: what each contains, as pure records. The channels show them."""
