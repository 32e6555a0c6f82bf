-- name: event_head^
SELECT seq, at, hash FROM event ORDER BY seq DESC LIMIT 1;

-- name: events_after
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event WHERE seq > :seq ORDER BY seq LIMIT :most;

-- name: events_all
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event ORDER BY seq;

-- name: events_from
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event WHERE seq >= :seq ORDER BY seq;

-- name: event_hash^
SELECT hash FROM event WHERE seq = :seq;

-- name: events_of
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event WHERE subject = :subject ORDER BY seq;

-- name: event_last_of^
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event
WHERE subject = :subject AND kind = :kind AND actor = :actor ORDER BY seq DESC LIMIT 1;

-- name: desk_row^
SELECT realm, made_at, policy_epoch, segment, clock_at, clock_wall, clock_rate FROM desk WHERE id = 1;

-- name: desk_epoch^
SELECT policy_epoch FROM desk WHERE id = 1;

-- name: desk_set_epoch!
UPDATE desk SET policy_epoch = :epoch WHERE id = 1;

-- name: desk_next_segment!
UPDATE desk SET segment = segment + 1 WHERE id = 1;

-- name: desk_raise_segment!
UPDATE desk SET segment = max(segment, :segment) WHERE id = 1;

-- name: desk_next_notice!
UPDATE desk SET notices = notices + 1 WHERE id = 1;

-- name: desk_notices^
SELECT notices FROM desk WHERE id = 1;

-- name: desk_set_clock!
UPDATE desk SET clock_at = :at, clock_wall = :wall, clock_rate = :rate WHERE id = 1;

-- name: counters
SELECT name, value FROM counter ORDER BY name;

-- name: counter_value^
SELECT value FROM counter WHERE name = :name;

-- name: command_answer^
SELECT digest, answer FROM command WHERE id = :id;

-- name: command_add!
INSERT INTO command (id, digest, answer, at, column_digests) VALUES (:id, :digest, :answer, :at, :column_digests);

-- name: officers_all
SELECT officer.name, role, country, os_user FROM officer LEFT JOIN login ON login.officer = officer.id
ORDER BY officer.id, os_user;

-- name: officer_named^
SELECT id, name, role, country FROM officer WHERE name = :name;

-- name: officer_of_login^
SELECT officer.id, name, role, country FROM login JOIN officer ON officer.id = login.officer WHERE os_user = :os_user;

-- name: officer_logins
SELECT os_user FROM login WHERE officer = :officer ORDER BY os_user;

-- name: officer_add<!
INSERT INTO officer (name, role, country) VALUES (:name, :role, :country);

-- name: officer_change!
UPDATE officer SET role = :role, country = :country WHERE name = :name;

-- name: login_add!
INSERT INTO login (os_user, officer) VALUES (:os_user, :officer);

-- name: bureaus_all
SELECT id, code, offline_since, measure_revision, received FROM bureau ORDER BY id;

-- name: bureau_add<!
INSERT INTO bureau (code) VALUES (:code);

-- name: bureau_offline!
UPDATE bureau SET offline_since = :since WHERE code = :code;

-- name: bureau_received*!
UPDATE bureau SET received = received + :by WHERE code = :code;

-- name: bureau_measured!
UPDATE bureau SET measure_revision = measure_revision + 1 WHERE code = :code;

-- name: item_counts_by_state
SELECT 'state:' || state AS name, count(*) AS value FROM item GROUP BY state ORDER BY state;

-- name: delivery_counts
SELECT state, cause, count(*) AS value FROM delivery GROUP BY state, cause ORDER BY state, cause NULLS FIRST;
