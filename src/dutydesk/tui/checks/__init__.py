"""Checks of the databases for a bureau, from the console."""
