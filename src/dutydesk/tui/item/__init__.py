"""One item or one hit in full."""
