"""Benchmarks of dutydesk. The product never imports this package."""
