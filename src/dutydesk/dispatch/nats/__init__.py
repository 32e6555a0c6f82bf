"""NATS JetStream as a transport: deliveries go into one stream, messages come from another."""
