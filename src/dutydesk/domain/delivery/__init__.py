"""Items, their states, the route of each and who receives it."""
