-- name: table_in_force^
SELECT coalesce(
  (SELECT text_of(data, 'digest') FROM event
   WHERE subject = 'rules' AND kind = 'rules.changed' AND actor = 'system' ORDER BY seq DESC LIMIT 1),
  (SELECT text_of(data, 'table') FROM event WHERE seq = 1 AND kind = 'store.made'));
