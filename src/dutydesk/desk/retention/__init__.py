"""Retention: legal holds, the question to the source, and the purge."""
