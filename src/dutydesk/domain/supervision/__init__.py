"""Measures, levels, restrictions and the policy in force."""
