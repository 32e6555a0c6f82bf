"""Witnesses of the log's heads: one that cosigns those of other boxes, and the desk's asking of its own."""
