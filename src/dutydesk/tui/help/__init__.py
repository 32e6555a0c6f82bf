"""Help in prose for what has the focus."""
