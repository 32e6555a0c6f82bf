"""Officers and their logins."""
