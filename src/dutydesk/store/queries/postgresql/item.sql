-- name: item_next^
SELECT 1 + greatest(
  (SELECT coalesce(max(number), 0) FROM item),
  (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'floor:item')
);

-- name: item_several
SELECT * FROM item WHERE number = ANY (numbers_in(:numbers)) ORDER BY number;

-- name: item_unsent_of
(SELECT * FROM item WHERE sender = :sender AND open_deliveries + waiting_deliveries > 0 ORDER BY number)
UNION ALL (
  SELECT * FROM item WHERE sender = :sender AND open_deliveries + waiting_deliveries = 0
    AND number IN (SELECT item FROM delivery_dead) ORDER BY number
);

-- name: item_family_unsent
SELECT * FROM item
WHERE number IN (SELECT :root UNION ALL SELECT number FROM item WHERE family = :root)
  AND (
    open_deliveries + waiting_deliveries > 0
    OR EXISTS (SELECT 1 FROM delivery_dead WHERE delivery_dead.item = item.number)
  )
ORDER BY number;

-- name: body_events
SELECT e.seq, e.at, convert_to(e.actor, 'UTF8') AS actor, e.kind, e.subject, convert_to(e.data, 'UTF8') AS data,
  e.previous, e.hash
FROM unnest(texts_in(:subjects)) WITH ORDINALITY AS j (value, place) JOIN event AS e ON e.subject = j.value
WHERE e.kind = ANY (texts_in(:kinds))
ORDER BY j.place, e.seq;

-- name: body_findings
SELECT body.item, body.findings FROM item JOIN body ON body.item = item.number AND body.version = item.version
WHERE item.number = ANY (numbers_in(:items)) AND body.findings <> '[]' ORDER BY item.number;

-- name: item_due_to
SELECT * FROM item
WHERE open_deliveries > 0 AND due_at <= :now AND recall_proposed_by IS NULL AND EXISTS (
  SELECT 1 FROM delivery AS d
  WHERE d.item = item.number AND d.recipient = ANY (numbers_in(:recipients))
    AND d.state IN ('queued', 'failed') AND d.waiting = 0 AND d.due_at <= :now
)
ORDER BY due_at, number LIMIT :most;
