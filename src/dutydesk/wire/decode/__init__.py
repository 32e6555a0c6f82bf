"""Bytes in, typed messages or every problem out."""
