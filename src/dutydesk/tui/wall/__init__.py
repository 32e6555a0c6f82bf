"""The desk at a glance, for a screen that stays in sight."""
