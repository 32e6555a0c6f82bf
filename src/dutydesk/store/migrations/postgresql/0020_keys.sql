-- The events that say which keys bureaus and the desk sign by, and whose messages must be signed. They are few; the log
-- alone holds them, so that no table of keys can differ from it.

CREATE INDEX event_keys ON event (seq) WHERE kind IN (
  'key.added', 'key.retired', 'key.revoked', 'signatures.ordered', 'desk.key_made'
);
