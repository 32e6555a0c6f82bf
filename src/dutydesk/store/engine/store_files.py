"""Files that hold a whole store and that nobody has opened: backups and recovered stores, of any engine."""

from __future__ import annotations

from dutydesk.store.engines.sqlite.backup import read_copy as read_copy
from dutydesk.store.engines.sqlite.locks import LOCK_SUFFIXES as LOCK_SUFFIXES
from dutydesk.store.engines.sqlite.new_store import write_new_copy as write_new_copy
from dutydesk.store.engines.sqlite.new_store import write_new_store as write_new_store
