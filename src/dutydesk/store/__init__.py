"""The only room that knows SQL: schema, writer, readers, the event chain.

What belongs to SQLite alone, and gets a counterpart when the store speaks PostgreSQL too, stands in these places:
``handle.py`` (connections), ``database.py`` (files and pragmas), ``locks.py`` and ``writer.py`` (locks between
processes, checkpoints), ``faults.py`` (error codes), and what the heads of ``migrations/`` and ``queries/`` name.
"""
