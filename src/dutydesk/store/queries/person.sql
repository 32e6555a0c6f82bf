-- name: person_key_put!
INSERT INTO person_key (sender, mark, item, detail) VALUES (:sender, :mark, :item, :detail)
ON CONFLICT (sender, mark, item) DO UPDATE SET detail = excluded.detail;

-- name: person_keys_of
SELECT mark, detail FROM person_key WHERE item = :item ORDER BY sender, mark;

-- name: person_keys_of_filed
SELECT mark, detail FROM person_key WHERE item = :item ORDER BY sender, mark;

-- name: person_items_with
SELECT person_key.item FROM person_key CROSS JOIN item ON item.number = person_key.item
WHERE person_key.sender = :sender AND person_key.mark = :mark
  AND item.state IN (SELECT value FROM json_each(:states))
ORDER BY person_key.item DESC LIMIT :most;

-- name: person_items_filed
SELECT person_key.item FROM person_key CROSS JOIN item ON item.number = person_key.item
WHERE person_key.sender = :sender AND person_key.mark = :mark
  AND item.state IN (SELECT value FROM json_each(:states))
ORDER BY person_key.item DESC LIMIT :most;

-- name: person_items_anywhere
SELECT item FROM person_key WHERE mark = :mark ORDER BY item DESC LIMIT :most;

-- name: person_keys_forget!
DELETE FROM person_key WHERE item = :item;

-- name: senders_ended_badly^
SELECT json_group_array(asked.value) FROM json_each(:senders) AS asked
WHERE EXISTS (SELECT 1 FROM item WHERE sender = asked.value AND state IN ('refused', 'recalled'));

-- name: register_any^
SELECT EXISTS (SELECT 1 FROM register_entry);

-- name: register_entry_of^
SELECT id, digest FROM register_entry WHERE register = :register AND reference = :reference;

-- name: register_entry_by_id
SELECT * FROM register_entry WHERE id = :id;

-- name: register_entry_add<!
INSERT INTO register_entry (
  register, reference, entered_on, country, matter, decision, in_force, digest, column_digests
) VALUES (
  :register, :reference, :entered_on, :country, :matter, :decision, :in_force, :digest, :column_digests
);

-- name: register_entry_change!
UPDATE register_entry SET
  entered_on = :entered_on, country = :country, matter = :matter, decision = :decision, in_force = :in_force,
  digest = :digest, column_digests = :column_digests
WHERE id = :id;

-- name: register_entry_keep!
UPDATE register_entry SET column_digests = :column_digests WHERE id = :id;

-- name: register_key_add!
INSERT INTO register_key (mark, entry, detail) VALUES (:mark, :entry, :detail);

-- name: register_keys_of
SELECT mark, detail FROM register_key WHERE entry = :entry ORDER BY mark;

-- name: register_keys_forget!
DELETE FROM register_key WHERE entry = :entry;

-- name: register_entries_with
SELECT entry, detail FROM register_key WHERE mark = :mark ORDER BY entry LIMIT :most;

-- name: register_counts
SELECT register, count(*) AS n FROM register_entry WHERE in_force = 1 GROUP BY register ORDER BY register;

-- name: register_references_after
SELECT id, reference FROM register_entry
WHERE register = :register AND reference > :after AND reference < :below AND in_force = 1
ORDER BY reference LIMIT :most;

-- name: register_entry_end!
-- Without a digest the entry counts as changed if it comes again.
UPDATE register_entry SET in_force = 0, digest = '' WHERE id = :id;
