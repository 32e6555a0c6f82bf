"""Values as JSON, CSV and JSON Schema."""
