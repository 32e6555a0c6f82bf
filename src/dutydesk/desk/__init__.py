"""The use cases: load, ask the domain, write state and events in one transaction."""
