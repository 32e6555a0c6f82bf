"""What holds for all tests: values refuse a change."""

from __future__ import annotations

import os

os.environ["DUTYDESK_FREEZE"] = "1"
