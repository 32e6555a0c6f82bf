"""The feed: its table, window, filter, marks and saved filters."""
