"""The terminal console: screens, widgets, keys, themes."""
