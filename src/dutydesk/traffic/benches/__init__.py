"""Benchmarks: a file for each suite, and one for each sort of peer that it is measured beside."""
