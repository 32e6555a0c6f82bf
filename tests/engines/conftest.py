"""The cluster, and the stores that are compared, once for all tests of both engines."""

from __future__ import annotations

from filled import filled

from postgres_cluster import postgres_cluster

__all__ = ["filled", "postgres_cluster"]
