"""Readers for registers and files of records."""
