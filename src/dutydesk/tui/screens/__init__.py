"""The screens and dialogs of the console, each with its style sheet beside it."""
