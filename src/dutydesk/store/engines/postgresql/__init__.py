"""A store on PostgreSQL: its statements, values and full text."""
