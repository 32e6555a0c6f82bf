"""Seeded sample traffic, simulated bureaus and colleagues, and their replay."""
