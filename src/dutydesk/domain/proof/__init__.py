"""The proof: the log alone shows that each delivery was permitted at its commit. Pure functions over events."""
