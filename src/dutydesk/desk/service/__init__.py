"""The desk as screens, commands and the dispatcher use it."""
