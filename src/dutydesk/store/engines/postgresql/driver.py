"""The driver of PostgreSQL, which only a desk on a cluster needs."""

from __future__ import annotations

from importlib import import_module

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence


def require_driver() -> None:
    """Raises StoreUnusable where psycopg isn't installed."""
    try:
        import_module("psycopg")
    except ImportError as error:
        raise StoreUnusable(
            StoreCode.DRIVER_MISSING,
            sentence("a store on PostgreSQL needs an extra; run: pip install 'dutydesk[postgresql]'"),
        ) from error
