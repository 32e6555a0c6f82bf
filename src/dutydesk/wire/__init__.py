"""Bytes in, typed messages out; reference data; text made safe for terminals."""
