"""The dispatcher and its transports: sources feed the desk, and due deliveries go to the bureaus."""
