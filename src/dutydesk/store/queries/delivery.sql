-- INDEXED BY, json_each and the order that CROSS JOIN fixes are SQLite's own. A partial index serves only where its own
-- condition is repeated word for word.

-- name: delivery_put!
-- One row for each of :recipients, a JSON array; WHERE tells SQLite where the SELECT ends.
INSERT INTO delivery (item, recipient, version, cycle, state, cause, waiting, attempts, due_at)
SELECT :item, value, :version, :cycle, :state, :cause, :waiting, :attempts, :due_at
FROM json_each(:recipients) WHERE true
ON CONFLICT (item, recipient) DO UPDATE SET
  version = excluded.version, cycle = excluded.cycle, state = excluded.state, cause = excluded.cause,
  waiting = excluded.waiting, attempts = excluded.attempts, due_at = excluded.due_at, error = NULL;

-- name: delivery_add!
-- The same for a new item, which has no rows.
INSERT INTO delivery (item, recipient, version, cycle, state, cause, waiting, attempts, due_at)
SELECT :item, value, :version, :cycle, :state, :cause, :waiting, :attempts, :due_at
FROM json_each(:recipients);

-- name: delivery_of_item
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE item = :item ORDER BY recipient;

-- name: delivery_alike
SELECT item, json_group_array(recipient), version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE item IN (SELECT value FROM json_each(:items))
GROUP BY item, version, cycle, state, cause, waiting, attempts, due_at, error;

-- name: delivery_one^
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE item = :item AND recipient = :recipient;

-- name: delivery_set!
UPDATE delivery SET state = :state, cause = :cause, waiting = :waiting, attempts = :attempts, due_at = :due_at,
  error = :error
WHERE item = :item AND recipient IN (SELECT value FROM json_each(:recipients));

-- name: delivery_renumber!
UPDATE delivery SET version = :version, cycle = :cycle
WHERE item = :item AND recipient IN (SELECT value FROM json_each(:recipients));

-- name: delivery_waiting_for
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE waiting = 1 AND recipient = :recipient ORDER BY item;

-- name: delivery_unsent_to
SELECT d.item, d.recipient, d.version, d.cycle, d.state, d.cause, d.waiting, d.attempts, d.due_at, d.error
FROM item CROSS JOIN delivery AS d ON d.item = item.number AND d.recipient = :recipient
WHERE item.open_deliveries + item.waiting_deliveries > 0 AND d.state IN ('queued', 'failed')
ORDER BY item.sender, item.number;

-- name: delivery_sending
SELECT d.item, d.recipient, d.version, d.cycle, d.state, d.cause, d.waiting, d.attempts, d.due_at, d.error
FROM item INDEXED BY item_due CROSS JOIN delivery AS d ON d.item = item.number
WHERE item.open_deliveries > 0 AND d.state = 'sending' ORDER BY d.item, d.recipient;

-- name: delivery_dead
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE state = 'dead' ORDER BY item, recipient LIMIT :most;

-- name: delivery_all_sending
-- Items that nobody has changed since they came in, and whose open deliveries are all leased.
SELECT number, open_deliveries FROM item
WHERE number IN (SELECT value FROM json_each(:items)) AND revision = 1 AND due_at = 4611686018427387904;

-- name: delivery_arrived!
UPDATE delivery SET state = 'delivered' WHERE item = :item AND state = 'sending';

-- name: notice_add!
INSERT INTO notice (id, item, recipient, notice, version, cycle, data, state, attempts, due_at)
VALUES (:id, :item, :recipient, :notice, :version, :cycle, :data, :state, :attempts, :due_at);

-- name: notice_next^
-- A number that a lost part of the store had given out is never given again.
SELECT 1 + max(
  (SELECT coalesce(max(id), 0) FROM notice),
  (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'floor:notice')
);

-- name: delivery_anything_due^
SELECT EXISTS (SELECT 1 FROM item WHERE open_deliveries > 0 AND due_at <= :now)
  OR EXISTS (
    SELECT 1 FROM notice WHERE state IN ('queued', 'sending', 'failed') AND state <> 'sending' AND due_at <= :now
  );

-- name: notice_not_later!
UPDATE notice SET due_at = :latest
WHERE state IN ('queued', 'sending', 'failed') AND due_at > :latest AND due_at < 4611686018427387904;

-- name: notice_due
SELECT n.id, n.item, n.recipient, n.notice, n.version, n.cycle, n.data, n.state, n.attempts, n.due_at,
  i.sender, i.held_before
FROM notice AS n INDEXED BY notice_due LEFT JOIN item AS i ON i.number = n.item
WHERE n.state IN ('queued', 'sending', 'failed') AND n.state <> 'sending' AND n.due_at <= :now
ORDER BY n.due_at, n.id LIMIT :most;

-- name: notice_due_to
-- The same for notices to :recipients, a JSON array.
SELECT n.id, n.item, n.recipient, n.notice, n.version, n.cycle, n.data, n.state, n.attempts, n.due_at,
  i.sender, i.held_before
FROM notice AS n INDEXED BY notice_due LEFT JOIN item AS i ON i.number = n.item
WHERE n.state IN ('queued', 'sending', 'failed') AND n.state <> 'sending' AND n.due_at <= :now
  AND n.recipient IN (SELECT value FROM json_each(:recipients))
ORDER BY n.due_at, n.id LIMIT :most;

-- name: delivery_next_due_to^
-- When the next delivery or notice to :recipients, a JSON array, is due.
SELECT min(due_at) FROM (
  SELECT d.due_at FROM item CROSS JOIN delivery AS d ON d.item = item.number
  WHERE item.open_deliveries > 0 AND item.recall_proposed_by IS NULL
    AND d.state IN ('queued', 'failed') AND d.waiting = 0
    AND d.recipient IN (SELECT value FROM json_each(:recipients))
  UNION ALL
  SELECT due_at FROM notice
  WHERE state IN ('queued', 'sending', 'failed') AND recipient IN (SELECT value FROM json_each(:recipients))
);

-- name: notice_next_due^
SELECT min(due_at) FROM notice WHERE state IN ('queued', 'sending', 'failed');

-- name: notice_sending
SELECT n.id, n.item, n.recipient, n.notice, n.version, n.cycle, n.data, n.state, n.attempts, n.due_at,
  i.sender, i.held_before
FROM notice AS n INDEXED BY notice_due LEFT JOIN item AS i ON i.number = n.item
WHERE n.state IN ('queued', 'sending', 'failed') AND n.state = 'sending' ORDER BY n.id;

-- name: notice_still_sending
SELECT id FROM notice
WHERE id IN (SELECT value FROM json_each(:numbers)) AND state IN ('sending', 'recall_confirmed');

-- name: notice_set!
UPDATE notice SET state = :state, attempts = :attempts, due_at = :due_at, error = :error
WHERE id = :id AND state <> 'recall_confirmed';

-- name: notice_confirm!
UPDATE notice SET state = 'recall_confirmed', due_at = 0, error = NULL WHERE id = :id;

-- name: notice_of_item
SELECT n.id, n.item, n.recipient, n.notice, n.version, n.cycle, n.data, n.state, n.attempts, n.due_at,
  i.sender, i.held_before
FROM notice AS n JOIN item AS i ON i.number = n.item
WHERE n.item = :item ORDER BY n.id;

-- name: notice_hold!
UPDATE notice INDEXED BY notice_due SET due_at = :due_at
WHERE state IN ('queued', 'sending', 'failed') AND state <> 'sending' AND recipient = :recipient;

-- name: notice_let_go!
UPDATE notice INDEXED BY notice_due SET due_at = :due_at, error = NULL
WHERE state IN ('queued', 'sending', 'failed') AND state <> 'sending' AND recipient = :recipient AND error = :error
  AND due_at < :never;

-- name: delivery_anything_open^
SELECT EXISTS (
  SELECT 1 FROM item WHERE open_deliveries > 0 AND (recall_proposed_by IS NULL OR due_at = :never)
) OR EXISTS (
  SELECT 1 FROM notice WHERE state IN ('queued', 'sending', 'failed') AND (state = 'sending' OR due_at < :never)
);

-- name: notice_access_open
-- The sender's items of which the recipient holds a copy and was not told yet.
SELECT i.number, i.sender, d.version, d.cycle, i.held_before
FROM item AS i JOIN delivery AS d ON d.item = i.number AND d.recipient = :recipient
WHERE i.sender = :sender
  AND d.state IN ('delivered', 'acknowledged', 'acting', 'acted', 'declined', 'recall_sent')
  AND NOT EXISTS (
    SELECT 1 FROM notice AS n WHERE n.item = i.number AND n.recipient = d.recipient AND n.notice = 'access_withdrawn'
  )
ORDER BY i.number;

-- name: notice_open
SELECT n.id, n.item, n.recipient, n.notice, n.version, n.cycle, n.data, n.state, n.attempts, n.due_at,
  i.sender, i.held_before
FROM notice AS n INDEXED BY notice_due LEFT JOIN item AS i ON i.number = n.item
WHERE n.state IN ('queued', 'sending', 'failed') ORDER BY n.id;

-- name: notice_readdress!
UPDATE notice SET item = :item, recipient = :recipient, notice = :notice, version = :version, cycle = :cycle
WHERE id = :id;

-- name: notice_access_open_to
-- The same for one copy.
SELECT i.number, i.sender, d.version, d.cycle, i.held_before
FROM item AS i JOIN delivery AS d ON d.item = i.number AND d.recipient = :recipient
WHERE i.number = :item
  AND NOT EXISTS (
    SELECT 1 FROM notice AS n WHERE n.item = i.number AND n.recipient = d.recipient AND n.notice = 'access_withdrawn'
  );

-- name: delivery_holders
SELECT DISTINCT d.recipient FROM item AS i JOIN delivery AS d ON d.item = i.number
WHERE i.sender = :sender
  AND d.state IN ('delivered', 'acknowledged', 'acting', 'acted', 'declined', 'recall_sent');

-- name: delivery_family_holders
-- Who holds a copy of which member of a family.
SELECT item, recipient FROM delivery
WHERE item IN (SELECT :root UNION ALL SELECT number FROM item INDEXED BY item_family WHERE family = :root)
  AND state IN ('delivered', 'acknowledged', 'acting', 'acted', 'declined', 'recall_sent')
ORDER BY item, recipient;
