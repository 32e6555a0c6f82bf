"""Clients of the systems that suites compare with."""
