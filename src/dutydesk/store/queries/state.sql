-- Whole rows, for the comparison of the tables with the log.

-- name: state_events
SELECT seq, at, actor, kind, subject, data FROM event
WHERE seq > :after AND kind IN (SELECT value FROM json_each(:kinds)) ORDER BY seq;

-- name: state_events_of_subjects
SELECT seq, at, actor, kind, subject, data FROM event
WHERE subject IN (SELECT value FROM json_each(:subjects)) AND kind IN (SELECT value FROM json_each(:kinds))
ORDER BY subject, seq;

-- name: state_items_opened^
SELECT max(CAST(substr(subject, 3) AS INTEGER)) FROM event
WHERE kind IN ('intake.accepted', 'intake.quarantined', 'intake.conflict');

-- name: state_notices_listed^
SELECT max(CAST(substr(subject, instr(subject, '-') + 1) AS INTEGER)) FROM event WHERE kind LIKE 'notices.%';

-- name: state_subjects_after
SELECT DISTINCT subject FROM event WHERE seq > :seq AND subject GLOB :like;

-- name: state_desk
SELECT * FROM desk;

-- name: state_officers
SELECT * FROM officer ORDER BY id;

-- name: state_logins
SELECT * FROM login ORDER BY os_user;

-- name: state_bureaus
SELECT * FROM bureau ORDER BY id;

-- name: state_measures
SELECT * FROM measure ORDER BY number;

-- name: state_restrictions
SELECT * FROM restriction ORDER BY id;

-- name: state_restriction_proposals
SELECT * FROM restriction_proposal ORDER BY number;

-- name: state_handovers
SELECT * FROM handover ORDER BY number;

-- name: state_items
SELECT * FROM item WHERE number BETWEEN :first AND :last ORDER BY number;

-- name: state_bodies
SELECT * FROM body WHERE item BETWEEN :first AND :last ORDER BY item, version;

-- name: state_deliveries
SELECT item, recipient, version, cycle, state, cause, waiting, attempts, due_at, error
FROM delivery WHERE item BETWEEN :first AND :last ORDER BY item, recipient;

-- name: state_ticks
SELECT * FROM tick WHERE item BETWEEN :first AND :last ORDER BY item, version, mark;

-- name: state_reviews
SELECT * FROM review WHERE item BETWEEN :first AND :last ORDER BY id;

-- name: state_remarks
SELECT * FROM remark WHERE item BETWEEN :first AND :last ORDER BY id;

-- name: state_proposals
SELECT * FROM proposal WHERE item BETWEEN :first AND :last ORDER BY item;

-- name: state_notices
SELECT * FROM notice WHERE id BETWEEN :first AND :last ORDER BY id;

-- name: state_refused_texts
SELECT * FROM refused_text ORDER BY sender, digest;

-- name: state_reference^
SELECT * FROM reference WHERE sender = :sender AND reference = :reference;

-- name: state_references
SELECT sender, reference FROM reference;

-- name: state_references_count^
SELECT count(*) FROM reference;

-- name: state_outliers
-- Rows of a table about items whose number is outside of those that the log has.
SELECT 'item' AS "table", number AS item FROM item WHERE number NOT BETWEEN 1 AND :last
UNION ALL SELECT 'body', item FROM body WHERE item NOT BETWEEN 1 AND :last
UNION ALL SELECT 'delivery', item FROM delivery WHERE item NOT BETWEEN 1 AND :last
UNION ALL SELECT 'tick', item FROM tick WHERE item NOT BETWEEN 1 AND :last
UNION ALL SELECT 'review', item FROM review WHERE item NOT BETWEEN 1 AND :last
UNION ALL SELECT 'remark', item FROM remark WHERE item NOT BETWEEN 1 AND :last
UNION ALL SELECT 'proposal', item FROM proposal WHERE item NOT BETWEEN 1 AND :last;
