"""The proof: from the log alone, that each delivery was permitted at its commit. Pure functions over events."""
