"""The in-process dispatcher: sources feed the desk, the outbox pump hands due deliveries to transports."""
