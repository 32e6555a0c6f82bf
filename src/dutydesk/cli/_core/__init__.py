"""What all commands share: calls, options, output and failures."""
