"""Seeded sample traffic, simulated bureaus and colleagues, replay."""
