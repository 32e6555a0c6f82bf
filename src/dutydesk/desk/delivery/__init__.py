"""The outbox, the lease, the hand-over and its acknowledgement."""
