"""Rows in, domain values out: one module for each group of tables."""
