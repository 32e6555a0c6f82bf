"""The review queue, the checklist, decisions and confirmations."""
