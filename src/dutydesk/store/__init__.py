"""The only room that knows SQL: schema, writer, readers, the log's chain.

These places are specific to SQLite; a PostgreSQL store needs a counterpart of each: ``engine/connection.py`` and
``engine/reader.py`` (connections), ``engine/database.py`` (files and pragmas), ``engine/locks.py`` and
``engine/writer.py`` (locks between processes, checkpoints), ``engine/faults.py`` (error codes), and what the heads of
``migrations/`` and ``queries/`` name.
"""
