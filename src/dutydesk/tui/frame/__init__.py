"""The frame of the console: panes, keys, palette, alarms, themes and the change feed."""
