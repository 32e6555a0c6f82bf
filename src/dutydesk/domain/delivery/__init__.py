"""Items, their states, their routes and their recipients."""
