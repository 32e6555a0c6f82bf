-- What the log says of keys and of whose messages must be signed. SQLite serves it by a partial index, whose condition
-- is repeated word for word.

-- name: keys_head^
--- The hash of the last of these events: a number could come again, for another event, after a rollback.
SELECT hash FROM event INDEXED BY event_keys
WHERE kind IN ('key.added', 'key.retired', 'key.revoked', 'signatures.ordered', 'desk.key_made')
ORDER BY seq DESC LIMIT 1;

-- name: keys_events
SELECT seq, at, actor, kind, subject, data FROM event INDEXED BY event_keys
WHERE kind IN ('key.added', 'key.retired', 'key.revoked', 'signatures.ordered', 'desk.key_made')
ORDER BY seq;

-- name: keys_clock_head^
-- The hash of the last event of a clock that stepped back.
SELECT hash FROM event WHERE subject = 'clock' AND kind = 'clock.stepped_back' ORDER BY seq DESC LIMIT 1;

-- name: keys_clock_events
SELECT seq, at, actor, kind, subject, data FROM event
WHERE subject = 'clock' AND kind = 'clock.stepped_back' AND seq > :after ORDER BY seq;

-- name: keys_items_since
-- Of a clock that stepped back since then the numbers tell what came in later.
SELECT number FROM item WHERE sender = :sender AND (
  received_at >= :since OR routed_at >= :since
  OR number > (SELECT min(number) FROM item WHERE sender = :sender AND received_at >= :since)
) ORDER BY number;

-- name: routes_head^
-- The hash of the last event that gave a bureau a route.
SELECT hash FROM event WHERE subject = 'routes' AND kind = 'bureau.routed' ORDER BY seq DESC LIMIT 1;
