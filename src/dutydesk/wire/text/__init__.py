"""Text from outside: make it safe for a terminal, or turn it into a search query."""
