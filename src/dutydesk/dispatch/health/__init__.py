"""What a dispatcher reports of itself and of the desk: metrics, heartbeats, lines of the journal, alarms."""
