"""Measures, levels and restrictions, and the policy in force."""
