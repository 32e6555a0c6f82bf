"""Messages that an officer submits from the console."""
