"""Records that checks search, and the retention of data."""
