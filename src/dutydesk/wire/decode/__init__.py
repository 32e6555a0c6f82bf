"""Bytes in; a typed message, or every problem, out."""
