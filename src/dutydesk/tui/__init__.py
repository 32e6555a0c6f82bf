"""The terminal console: screens over the desk's use cases. It writes nothing itself."""

import os

# Read by Textual at import: a console on a thin line repaints what changed, and moves nothing for show.
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
