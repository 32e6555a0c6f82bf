"""Names and documents: normalise, index, match."""
