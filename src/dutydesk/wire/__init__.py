"""Bytes in, typed messages out; reference data; text that is safe for terminals."""
