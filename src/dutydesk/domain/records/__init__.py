"""Records that checks find, and how long data are kept."""
