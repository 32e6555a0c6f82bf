"""The only room that knows SQL: schema, writer, readers, the event chain."""
