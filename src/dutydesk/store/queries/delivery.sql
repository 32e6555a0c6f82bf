-- name: delivery_put*!
INSERT INTO delivery (item, recipient, version, cycle, state, cause, waiting, due_at)
VALUES (:item, :recipient, :version, :cycle, :state, :cause, :waiting, :due_at)
ON CONFLICT (item, recipient) DO UPDATE SET
  version = excluded.version, cycle = excluded.cycle, state = excluded.state, cause = excluded.cause,
  waiting = excluded.waiting, due_at = excluded.due_at, attempts = 0, error = NULL;

-- name: delivery_of_item
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE item = :item ORDER BY recipient;

-- name: delivery_one^
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE item = :item AND recipient = :recipient;

-- name: delivery_set*!
UPDATE delivery SET state = :state, cause = :cause, waiting = :waiting, attempts = :attempts, due_at = :due_at,
  error = :error
WHERE item = :item AND recipient = :recipient;

-- name: delivery_waiting_for
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE waiting = 1 AND recipient = :recipient ORDER BY item;

-- name: delivery_unsent_to
SELECT d.item, d.recipient, d.version, d.cycle, d.state, d.cause, d.waiting, d.attempts, d.due_at, d.error
FROM item CROSS JOIN delivery AS d ON d.item = item.number AND d.recipient = :recipient
WHERE item.open_deliveries + item.waiting_deliveries > 0 AND d.state IN ('queued', 'failed');

-- name: delivery_sending
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE state = 'sending' ORDER BY item, recipient;

-- name: delivery_dead
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE state = 'dead' ORDER BY item, recipient LIMIT :most;

-- name: notice_add!
INSERT INTO notice (item, recipient, notice, version, cycle, data, state, due_at)
VALUES (:item, :recipient, :notice, :version, :cycle, :data, 'queued', :due_at);

-- name: notice_due
SELECT id, item, recipient, notice, version, cycle, data, state, attempts, due_at FROM notice
WHERE state IN ('queued', 'sending', 'failed') AND state <> 'sending' AND due_at <= :now ORDER BY due_at, id LIMIT :most;

-- name: notice_next_due^
SELECT min(due_at) FROM notice WHERE state IN ('queued', 'sending', 'failed');

-- name: notice_sending
SELECT id, item, recipient, notice, version, cycle, data, state, attempts, due_at FROM notice
WHERE state IN ('queued', 'sending', 'failed') AND state = 'sending' ORDER BY id;

-- name: notice_set*!
UPDATE notice SET state = :state, attempts = :attempts, due_at = :due_at, error = :error WHERE id = :id;

-- name: notice_of_item
SELECT id, item, recipient, notice, version, cycle, data, state, attempts, due_at FROM notice
WHERE item = :item ORDER BY id;

-- name: notice_hold!
UPDATE notice SET due_at = :due_at WHERE recipient = :recipient AND state IN ('queued', 'failed');

-- name: delivery_anything_open^
SELECT EXISTS (SELECT 1 FROM item WHERE open_deliveries > 0) OR EXISTS (
  SELECT 1 FROM notice WHERE state IN ('queued', 'sending', 'failed') AND (state = 'sending' OR due_at < :never)
);
