-- What the log knows of an earlier time. A partial index serves only where its condition is repeated word for word.

-- name: past_network
SELECT subject, kind FROM event INDEXED BY event_network
WHERE kind IN ('bureau.offline', 'bureau.online') AND at <= :at ORDER BY seq;

-- name: past_settings^
SELECT data FROM event INDEXED BY event_settings
WHERE kind = 'settings.noted' AND at <= :at ORDER BY seq DESC LIMIT 1;

-- name: last_settings^
SELECT data FROM event INDEXED BY event_settings WHERE kind = 'settings.noted' ORDER BY seq DESC LIMIT 1;

-- name: table_in_force^
SELECT coalesce(
  (SELECT CASE WHEN json_valid(data) THEN json_extract(data, '$.digest') END FROM event
   WHERE subject = 'rules' AND kind = 'rules.changed' AND actor = 'system' ORDER BY seq DESC LIMIT 1),
  (SELECT CASE WHEN json_valid(data) THEN json_extract(data, '$.table') END FROM event
   WHERE seq = 1 AND kind = 'store.made'));

-- name: events_of_until
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event
WHERE subject = :subject AND at <= :at ORDER BY seq;
