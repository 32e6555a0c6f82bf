-- INDEXED BY is SQLite's own, and an error where the index is gone: PostgreSQL goes by its statistics without it.

-- name: item_add<!
INSERT INTO item (
  number,
  type, kind, reference, sender, state, version, cycle, revision, urgency, precedence, received_at, routed_at, title,
  original_script, level, measure, causes, restricted_from, post_review, post_review_due, parent, family, beside,
  same_text_as, held_before, proposed_by, recall_proposed_by, unratified, legal_hold, notice_number, offered_kind,
  retention_until, retention_ask, confidential, open_deliveries, waiting_deliveries, due_at
) VALUES (
  :number,
  :type, :kind, :reference, :sender, :state, 1, 1, 1, :urgency, :precedence, :received_at, :routed_at, :title,
  :original_script, :level, :measure, :causes, :restricted_from, :post_review, :post_review_due, :parent, :family, :beside,
  :same_text_as, :held_before, :proposed_by, :recall_proposed_by, :unratified, :legal_hold, :notice_number,
  :offered_kind, :retention_until, :retention_ask, :confidential, :open_deliveries, :waiting_deliveries, :due_at
);

-- name: item_next^
-- A number that a lost part of the store had given out is never given again.
SELECT 1 + max(
  (SELECT coalesce(max(number), 0) FROM item),
  (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'floor:item')
);

-- name: item_by_number^
SELECT * FROM item WHERE number = :number;

-- name: item_several
SELECT * FROM item WHERE number IN (SELECT value FROM json_each(:numbers));

-- name: item_due_beyond
SELECT number FROM item INDEXED BY item_due
WHERE open_deliveries > 0 AND due_at > :latest AND due_at < 4611686018427387904
ORDER BY due_at, number LIMIT :most;

-- name: item_after
SELECT * FROM item WHERE number > :number ORDER BY number LIMIT :most;

-- name: item_highest^
SELECT coalesce(max(number), 0) FROM item;

-- name: item_save!
UPDATE item SET
  type = :type, kind = :kind, reference = :reference, sender = :sender, state = :state, version = :version,
  cycle = :cycle, revision = revision + 1, urgency = :urgency, precedence = :precedence, routed_at = :routed_at,
  title = :title, original_script = :original_script, level = :level, measure = :measure, causes = :causes,
  restricted_from = :restricted_from, confidential = :confidential,
  claimed_by = :claimed_by, claimed_until = :claimed_until, escalated = :escalated, post_review = :post_review,
  post_review_due = :post_review_due, information_due = :information_due, decided_by = :decided_by,
  held_before = :held_before, proposed_by = :proposed_by, recall_proposed_by = :recall_proposed_by,
  unratified = :unratified, legal_hold = :legal_hold, notice_number = :notice_number, offered_kind = :offered_kind,
  retention_until = :retention_until, retention_ask = :retention_ask
WHERE number = :number AND revision = :revision;

-- name: item_add_open!
UPDATE item SET
  open_deliveries = open_deliveries + :opened,
  waiting_deliveries = waiting_deliveries + :waiting,
  due_at = coalesce(
    (SELECT min(due_at) FROM delivery WHERE item = :number AND state IN ('queued', 'failed') AND waiting = 0),
    4611686018427387904
  )
WHERE number = :number;

-- name: item_work
SELECT * FROM item INDEXED BY item_work WHERE state IN ('held', 'proposed', 'information_requested')
ORDER BY precedence, received_at, number LIMIT :most;

-- name: item_flash
SELECT * FROM item INDEXED BY item_work WHERE state IN ('held', 'proposed', 'information_requested')
AND precedence = 0 ORDER BY received_at, number LIMIT :most;

-- name: item_unclaimed
SELECT precedence, count(*) AS n FROM (
  SELECT precedence FROM item INDEXED BY item_work WHERE state IN ('held', 'proposed', 'information_requested')
  AND precedence <= 1 AND state = 'held' AND (claimed_by IS NULL OR claimed_until <= :now)
) AS unclaimed GROUP BY precedence ORDER BY precedence;

-- name: item_unanswered
SELECT * FROM item INDEXED BY item_state WHERE state = 'information_requested' AND information_due <= :now
ORDER BY number LIMIT :most;

-- name: item_post_reviews_overdue
SELECT * FROM item WHERE post_review = 'due' AND post_review_due <= :now ORDER BY post_review_due, number LIMIT :most;

-- name: item_post_reviews
SELECT * FROM item WHERE post_review = 'due' ORDER BY post_review_due, number LIMIT :most;

-- name: item_post_reviews_count^
SELECT count(*) FROM (SELECT 1 FROM item WHERE post_review = 'due' LIMIT :most) AS due;

-- name: item_unsent_of
-- A dead delivery is not open, but an officer's retry would queue it again.
SELECT * FROM item INDEXED BY item_unsent WHERE sender = :sender AND open_deliveries + waiting_deliveries > 0
UNION ALL
SELECT * FROM item WHERE sender = :sender AND open_deliveries + waiting_deliveries = 0
  AND number IN (SELECT item FROM delivery INDEXED BY delivery_dead WHERE state = 'dead');

-- name: item_of_sender_in
SELECT * FROM item WHERE sender = :sender AND state = :state ORDER BY number;

-- name: item_due
SELECT * FROM item WHERE open_deliveries > 0 AND due_at <= :now AND recall_proposed_by IS NULL ORDER BY due_at, number LIMIT :most;

-- name: item_due_to
-- The same for deliveries to :recipients, a JSON array.
SELECT * FROM item
WHERE open_deliveries > 0 AND due_at <= :now AND recall_proposed_by IS NULL AND EXISTS (
  SELECT 1 FROM delivery AS d
  WHERE d.item = item.number AND d.recipient IN (SELECT value FROM json_each(:recipients))
    AND d.state IN ('queued', 'failed') AND d.waiting = 0 AND d.due_at <= :now
)
ORDER BY due_at, number LIMIT :most;

-- name: item_next_due^
SELECT min(due_at) FROM item WHERE open_deliveries > 0 AND recall_proposed_by IS NULL;

-- name: item_counts_by_sender
SELECT sender, count(*) AS n FROM item INDEXED BY item_work
WHERE state IN ('held', 'proposed', 'information_requested') GROUP BY sender ORDER BY sender NULLS FIRST;

-- name: item_oldest_held^
SELECT min(received_at) FROM item INDEXED BY item_work
WHERE state IN ('held', 'proposed', 'information_requested');

-- name: item_children
SELECT * FROM item WHERE parent = :parent ORDER BY number;

-- name: item_family
SELECT * FROM item WHERE number = :root
UNION ALL
SELECT * FROM item INDEXED BY item_family WHERE family = :root
ORDER BY number;

-- name: item_family_numbers
SELECT number FROM item INDEXED BY item_family WHERE family = :root ORDER BY number;

-- name: item_family_unsent
-- Those with deliveries that have not left, dead ones among them.
SELECT * FROM item
WHERE number IN (SELECT :root UNION ALL SELECT number FROM item INDEXED BY item_family WHERE family = :root)
  AND (
    open_deliveries + waiting_deliveries > 0
    OR EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_dead WHERE delivery.item = item.number AND delivery.state = 'dead')
  );

-- name: item_of_reference^
SELECT * FROM item WHERE sender = :sender AND reference = :reference AND state NOT IN ('quarantined', 'rejected')
ORDER BY number LIMIT 1;

-- name: body_add!
INSERT INTO body (item, version, received_at, sha256, findings, problems, raw)
VALUES (:item, :version, :received_at, :sha256, :findings, :problems, :raw);

-- name: body_of^
SELECT item, version, received_at, sha256, findings, problems, raw FROM body WHERE item = :item AND version = :version;

-- name: body_raw^
SELECT raw FROM body WHERE item = :item AND version = :version;

-- name: body_without_raw^
SELECT item, version, received_at, sha256, findings, problems FROM body WHERE item = :item AND version = :version;

-- name: reference_known^
SELECT content_hash, item, receipt FROM reference WHERE sender = :sender AND reference = :reference;

-- name: reference_take!
-- A row that the log knows nothing of gives way: the log says whether a reference is taken.
INSERT INTO reference (sender, reference, content_hash, item, receipt)
VALUES (:sender, :reference, :content_hash, :item, :receipt)
ON CONFLICT (sender, reference) DO UPDATE SET
  content_hash = excluded.content_hash, item = excluded.item, receipt = excluded.receipt;

-- name: tick_add!
INSERT INTO tick (item, version, mark, officer, at, note) VALUES (:item, :version, :mark, :officer, :at, :note)
ON CONFLICT (item, version, mark) DO NOTHING;

-- name: ticks_of
SELECT mark, officer, at, note FROM tick WHERE item = :item AND version = :version ORDER BY at, mark;

-- name: review_add!
INSERT INTO review (item, cycle, officer, decision, reason, code, articles, at)
VALUES (:item, :cycle, :officer, :decision, :reason, :code, :articles, :at);

-- name: reviews_of
SELECT officer, decision, reason, code, articles, at, cycle FROM review WHERE item = :item ORDER BY id;

-- name: remark_add!
INSERT INTO remark (item, officer, text, at) VALUES (:item, :officer, :text, :at);

-- name: remarks_of
SELECT officer, text, at FROM remark WHERE item = :item ORDER BY id;

-- name: refused_text_add!
INSERT INTO refused_text (sender, digest, item) VALUES (:sender, :digest, :item)
ON CONFLICT (sender, digest) DO UPDATE SET item = excluded.item;

-- name: refused_text_any^
SELECT EXISTS (SELECT 1 FROM refused_text WHERE sender = :sender);

-- name: refused_text_item^
SELECT refused_text.item FROM refused_text JOIN item ON item.number = refused_text.item AND item.state = 'refused'
WHERE refused_text.sender = :sender AND digest = :digest;

-- name: item_silent
SELECT * FROM item INDEXED BY item_silent
WHERE state = 'information_requested' AND escalated = 0 AND information_due <= :now ORDER BY information_due, number;

-- name: item_to_be_renewed
SELECT * FROM item INDEXED BY item_retention_ask
WHERE retention_ask IS NOT NULL AND state = 'released' AND retention_ask <= :now ORDER BY retention_ask, number LIMIT 256;

-- name: item_past_retention
SELECT * FROM item INDEXED BY item_retention
WHERE retention_until IS NOT NULL AND state <> 'purged' AND retention_until <= :now
ORDER BY retention_until, number LIMIT :most;

-- name: item_unratified
SELECT * FROM item INDEXED BY item_unratified WHERE unratified = 1 ORDER BY number;

-- name: item_recalls_proposed
SELECT * FROM item INDEXED BY item_recall_proposed WHERE recall_proposed_by IS NOT NULL ORDER BY number;

-- name: body_find!
UPDATE body SET findings = :findings WHERE item = :item AND version = :version;

-- name: body_erase!
UPDATE body SET raw = NULL, findings = '[]', problems = '[]' WHERE item = :item;

-- name: bodies_of_all
SELECT item.number, item.version, body.version, body.raw FROM item LEFT JOIN body ON body.item = item.number
ORDER BY item.number, body.version;

-- name: body_events
-- What the log says of the bodies of :subjects. Text as bytes: one event that is no UTF-8 hides no other.
SELECT e.seq, e.at, CAST(e.actor AS BLOB) AS actor, e.kind, e.subject, CAST(e.data AS BLOB) AS data, e.previous,
  e.hash
FROM json_each(:subjects) AS j CROSS JOIN event AS e INDEXED BY event_subject ON e.subject = j.value
WHERE e.kind IN (SELECT value FROM json_each(:kinds));

-- name: body_reports
SELECT subject FROM event INDEXED BY event_body_changed WHERE kind = 'item.body_changed' ORDER BY seq DESC LIMIT :most;

-- name: remark_erase!
UPDATE remark SET text = '' WHERE item = :item;

-- name: refused_text_erase!
DELETE FROM refused_text WHERE item = :item;

-- name: body_findings
SELECT body.item, body.findings FROM item JOIN body ON body.item = item.number AND body.version = item.version
WHERE item.number IN (SELECT value FROM json_each(:items)) AND body.findings <> '[]';
