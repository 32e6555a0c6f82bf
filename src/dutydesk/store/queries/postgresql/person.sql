-- name: person_items_with
SELECT person_key.item FROM person_key JOIN item ON item.number = person_key.item
WHERE person_key.sender = :sender AND person_key.mark = :mark AND item.state = ANY (texts_in(:states))
ORDER BY person_key.item DESC LIMIT :most;

-- name: person_items_filed
SELECT person_key.item FROM person_key JOIN item ON item.number = person_key.item
WHERE person_key.sender = :sender AND person_key.mark = :mark AND item.state = ANY (texts_in(:states))
ORDER BY person_key.item DESC LIMIT :most;

-- name: senders_ended_badly^
SELECT '[' || coalesce(string_agg(CAST(to_json(asked.value) AS text), ',' ORDER BY asked.place), '') || ']'
FROM unnest(texts_in(:senders)) WITH ORDINALITY AS asked (value, place)
WHERE EXISTS (SELECT 1 FROM item WHERE sender = asked.value AND state IN ('refused', 'recalled'));
