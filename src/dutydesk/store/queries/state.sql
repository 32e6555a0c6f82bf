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
SELECT DISTINCT subject FROM event NOT INDEXED WHERE seq > :seq AND subject GLOB :like;

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
SELECT * FROM review INDEXED BY review_item WHERE item BETWEEN :first AND :last ORDER BY item, id;

-- name: state_remarks
SELECT * FROM remark INDEXED BY remark_item WHERE item BETWEEN :first AND :last ORDER BY item, id;

-- name: state_proposals
SELECT * FROM proposal WHERE item BETWEEN :first AND :last ORDER BY item;

-- name: state_notices
SELECT * FROM notice WHERE id BETWEEN :first AND :last ORDER BY id;

-- name: state_refused_texts
SELECT * FROM refused_text ORDER BY sender, digest;

-- name: state_reference^
SELECT * FROM reference WHERE sender = :sender AND reference = :reference;

-- name: state_references
SELECT sender, reference FROM reference ORDER BY sender, reference;

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
UNION ALL SELECT 'proposal', item FROM proposal WHERE item NOT BETWEEN 1 AND :last
UNION ALL SELECT 'person_key', item FROM person_key WHERE item NOT BETWEEN 1 AND :last
ORDER BY "table", item;

-- name: state_records
SELECT * FROM record ORDER BY id;

-- name: state_watched
SELECT * FROM watched ORDER BY id;

-- name: state_commands
SELECT * FROM command ORDER BY id;

-- name: state_register_entries
SELECT * FROM register_entry ORDER BY id;

-- name: state_register_keys
SELECT entry, mark, detail FROM register_key INDEXED BY register_key_entry ORDER BY entry, mark;

-- name: state_record_key^
SELECT born FROM record_key WHERE mark = :mark AND record = :record;

-- name: state_record_keys
SELECT mark, record, born FROM record_key ORDER BY mark, record;

-- name: state_record_keys_count^
SELECT count(*) FROM record_key;

-- name: state_document_key^
SELECT 1 FROM document_key WHERE number = :number AND record = :record AND issuer = :issuer;

-- name: state_document_keys
SELECT number, record, issuer FROM document_key ORDER BY number, record, issuer;

-- name: state_document_keys_count^
SELECT count(*) FROM document_key;

-- name: state_watched_key^
SELECT 1 FROM watched_key WHERE mark = :mark AND watched = :watched;

-- name: state_watched_keys
SELECT mark, watched FROM watched_key ORDER BY mark, watched;

-- name: state_watched_keys_count^
SELECT count(*) FROM watched_key;

-- name: state_neighbours
SELECT variant, skeleton FROM neighbour ORDER BY variant, skeleton;

-- name: state_neighbour^
SELECT 1 FROM neighbour WHERE variant = :variant AND skeleton = :skeleton;

-- name: state_hits_outside
SELECT id FROM hit WHERE id NOT BETWEEN 1 AND :last ORDER BY after_item, id;

-- name: state_dismissals
SELECT * FROM dismissal ORDER BY record, requester, digest;

-- name: state_distinctions
SELECT * FROM distinction ORDER BY source, person, watched;

-- name: state_check_hours
SELECT supplier, hour, requester, name_of_database, result, n FROM check_hour
ORDER BY supplier, hour, requester, name_of_database, result;

-- name: state_check_days
SELECT supplier, day, n FROM check_day ORDER BY supplier, day;

-- name: state_check_days_counted
SELECT supplier, hour / 24 AS day, sum(n) AS n FROM check_hour GROUP BY supplier, hour / 24
ORDER BY supplier, hour / 24;

-- name: state_check_minutes
SELECT requester, minute, n, n_before FROM check_minute ORDER BY requester;

-- name: state_check_references
SELECT day, sender, reference, digest FROM check_reference ORDER BY day, sender, reference;

-- name: state_person_keys
SELECT sender, mark, item, detail FROM person_key WHERE item BETWEEN :first AND :last ORDER BY item, sender, mark;

-- name: state_register_keys_stray
SELECT DISTINCT entry FROM register_key WHERE entry NOT IN (SELECT id FROM register_entry) ORDER BY entry;

-- name: record_by_number^
SELECT * FROM record WHERE id = :id;

-- name: state_figures
-- The counters that follow from rows.
SELECT 'state:' || state AS name, count(*) AS value FROM item GROUP BY state
UNION ALL SELECT 'delivery:' || state, count(*) FROM delivery GROUP BY state
UNION ALL SELECT 'suppressed:' || cause, count(*) FROM delivery WHERE cause IS NOT NULL GROUP BY cause
UNION ALL SELECT 'waiting', count(*) FROM delivery WHERE waiting = 1
UNION ALL SELECT 'hits:' || source, count(*) FROM hit GROUP BY source
UNION ALL SELECT 'check:' || name_of_database, sum(n) FROM check_hour WHERE supplier = 0 GROUP BY name_of_database
UNION ALL SELECT 'checked:' || result, sum(n) FROM check_hour WHERE supplier = 0 GROUP BY result
UNION ALL SELECT 'skeletons', count(*) FROM neighbour WHERE variant = skeleton
ORDER BY name;

-- name: state_ledger_events
SELECT seq, at, actor, kind, subject, data FROM event INDEXED BY event_ledger WHERE (kind IN (
  'store.made', 'bureaus.listed', 'bureau.offline', 'bureau.online', 'officer.added', 'officer.changed',
  'measure.proposed', 'measure.ordered', 'measure.effective', 'measure.endorsed', 'measure.declined',
  'measure.lift_proposed', 'measure.lifted', 'measure.replaced', 'measure.dissented', 'measure.void',
  'restriction.stated', 'restriction.proposed', 'restriction.dissented', 'restriction.void',
  'handover.written', 'handover.accepted'
) OR (kind = 'item.corrected' AND instr(data, '"denied":') > 0)) AND seq > :after AND seq <= :last ORDER BY seq;

-- name: state_items_open
-- What the next leases and the second persons rest on; an index has each part.
SELECT number FROM item INDEXED BY item_unsent WHERE open_deliveries + waiting_deliveries > 0
UNION SELECT number FROM item WHERE state = 'proposed'
UNION SELECT number FROM item WHERE recall_proposed_by IS NOT NULL
UNION SELECT item FROM proposal
ORDER BY number LIMIT :most;

-- name: state_notices_open
SELECT DISTINCT id / 64 * 64 AS first FROM notice INDEXED BY notice_due WHERE state IN ('queued', 'sending', 'failed') ORDER BY id LIMIT :most;

-- name: state_sequences
-- The highest number that each table with AUTOINCREMENT has given; SQLite's own table.
SELECT name, seq FROM sqlite_sequence ORDER BY name;

-- name: sequence_forget!
DELETE FROM sqlite_sequence WHERE name = :name;

-- name: sequence_add!
INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq);
