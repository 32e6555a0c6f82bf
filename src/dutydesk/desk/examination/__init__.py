"""Examines messages: the findings of the rules, the route, and the person whom a message is about."""
