"""The only room that knows SQL: schema, writer, readers, the log's chain.

``engine/`` is the same for all engines; ``engines/`` has what each of them does in its own way. SQLite's schema and the
queries that all engines read stand in ``migrations/`` and ``queries/``; a folder in each, named for an engine, has its
schema and the queries that it needs another text for.
"""
