"""People: officers and their logins."""
