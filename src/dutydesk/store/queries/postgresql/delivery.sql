-- Lists come as JSON arrays; rows come in the order in which SQLite finds them, which the log follows.

-- name: delivery_put!
INSERT INTO delivery (item, recipient, version, cycle, state, cause, waiting, attempts, due_at)
SELECT CAST(:item AS bigint), recipient, CAST(:version AS bigint), CAST(:cycle AS bigint), CAST(:state AS text),
  CAST(:cause AS text), CAST(:waiting AS bigint), CAST(:attempts AS bigint), CAST(:due_at AS bigint)
FROM unnest(numbers_in(:recipients)) AS recipient
ON CONFLICT (item, recipient) DO UPDATE SET
  version = excluded.version, cycle = excluded.cycle, state = excluded.state, cause = excluded.cause,
  waiting = excluded.waiting, attempts = excluded.attempts, due_at = excluded.due_at, error = NULL;

-- name: delivery_add!
INSERT INTO delivery (item, recipient, version, cycle, state, cause, waiting, attempts, due_at)
SELECT CAST(:item AS bigint), recipient, CAST(:version AS bigint), CAST(:cycle AS bigint), CAST(:state AS text),
  CAST(:cause AS text), CAST(:waiting AS bigint), CAST(:attempts AS bigint), CAST(:due_at AS bigint)
FROM unnest(numbers_in(:recipients)) AS recipient;

-- name: delivery_alike
SELECT item, '[' || string_agg(CAST(recipient AS text), ',' ORDER BY recipient) || ']',
  version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE item = ANY (numbers_in(:items))
GROUP BY item, version, cycle, state, cause, waiting, attempts, due_at, error
ORDER BY item, version, cycle, state, cause NULLS FIRST, waiting, attempts, due_at NULLS FIRST, error NULLS FIRST;

-- name: delivery_set!
UPDATE delivery SET state = :state, cause = :cause, waiting = :waiting, attempts = :attempts, due_at = :due_at,
  error = :error
WHERE item = :item AND recipient = ANY (numbers_in(:recipients));

-- name: delivery_renumber!
UPDATE delivery SET version = :version, cycle = :cycle
WHERE item = :item AND recipient = ANY (numbers_in(:recipients));

-- name: delivery_sending
-- OFFSET 0 has the deliveries of each open item looked up, however many the planner expects.
SELECT d.item, d.recipient, d.version, d.cycle, d.state, d.cause, d.waiting, d.attempts, d.due_at, d.error
FROM item CROSS JOIN LATERAL (
  SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
  FROM delivery WHERE delivery.item = item.number AND delivery.state = 'sending' OFFSET 0
) AS d
WHERE item.open_deliveries > 0 ORDER BY d.item, d.recipient;

-- name: delivery_dead
SELECT d.item, d.recipient, d.version, d.cycle, d.state, d.cause, d.waiting, d.attempts, d.due_at, d.error
FROM delivery_dead AS dead JOIN delivery AS d ON d.item = dead.item AND d.recipient = dead.recipient
ORDER BY dead.item, dead.recipient LIMIT :most;

-- name: delivery_all_sending
SELECT number, open_deliveries FROM item
WHERE number = ANY (numbers_in(:items)) AND revision = 1 AND due_at = 4611686018427387904 ORDER BY number;

-- name: notice_next^
SELECT 1 + greatest(
  (SELECT coalesce(max(id), 0) FROM notice),
  (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'floor:notice')
);

-- name: notice_still_sending
SELECT id FROM notice
WHERE id = ANY (numbers_in(:numbers)) AND state IN ('sending', 'recall_confirmed') ORDER BY id;

-- name: delivery_holders
SELECT d.recipient FROM item AS i JOIN delivery AS d ON d.item = i.number
WHERE i.sender = :sender
  AND d.state IN ('delivered', 'acknowledged', 'acting', 'acted', 'declined', 'recall_sent')
GROUP BY d.recipient ORDER BY min(d.item), d.recipient;

-- name: notice_due_to
SELECT n.id, n.item, n.recipient, n.notice, n.version, n.cycle, n.data, n.state, n.attempts, n.due_at,
  i.sender, i.held_before
FROM notice AS n LEFT JOIN item AS i ON i.number = n.item
WHERE n.state IN ('queued', 'sending', 'failed') AND n.state <> 'sending' AND n.due_at <= :now
  AND n.recipient = ANY (numbers_in(:recipients))
ORDER BY n.due_at, n.id LIMIT :most;

-- name: delivery_next_due_to^
SELECT min(due_at) FROM (
  SELECT d.due_at FROM item CROSS JOIN LATERAL (
    SELECT due_at FROM delivery
    WHERE delivery.item = item.number AND delivery.state IN ('queued', 'failed') AND delivery.waiting = 0
      AND delivery.recipient = ANY (numbers_in(:recipients)) OFFSET 0
  ) AS d
  WHERE item.open_deliveries > 0 AND item.recall_proposed_by IS NULL
  UNION ALL
  SELECT notice.due_at FROM notice
  WHERE state IN ('queued', 'sending', 'failed') AND recipient = ANY (numbers_in(:recipients))
) AS times;
