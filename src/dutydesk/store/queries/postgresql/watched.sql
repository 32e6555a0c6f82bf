-- name: watched_newest^
SELECT greatest(
  (SELECT coalesce(max(id), 0) FROM watched), (SELECT number FROM given_number WHERE name = 'watched')
);

-- name: watched_persons
SELECT
  watched.id, watched.entry, watched.item, watched.scope, watched.names, watched.birth, watched.nationalities,
  watched.documents, watched.exact
FROM unnest(numbers_in(:numbers)) WITH ORDINALITY AS j (value, place) JOIN watched ON watched.id = j.value
ORDER BY j.place;

-- name: watched_with_keys
SELECT watched_key.watched
FROM unnest(numbers_in(:marks)) WITH ORDINALITY AS j (value, place) JOIN watched_key ON watched_key.mark = j.value
ORDER BY j.place, watched_key.watched LIMIT :most;

-- name: items_with_foreign_figures
SELECT DISTINCT item FROM person_key WHERE mark > 'd:' AND mark < 'd;' AND mark ~ '[^ -~]' AND item > :number
ORDER BY item LIMIT :most;

-- name: register_keys_foreign
SELECT mark, entry, detail FROM register_key WHERE mark > 'd:' AND mark < 'd;' AND mark ~ '[^ -~]'
ORDER BY mark, entry;
