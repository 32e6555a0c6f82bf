"""Data files that come with the package; ``dutydesk.wire.reference.directory`` reads them."""
