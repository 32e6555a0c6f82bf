"""Compares the tables of a store with what its log says they hold."""
