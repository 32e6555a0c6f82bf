"""The files that the desk exports: the log, one item, signatures."""
