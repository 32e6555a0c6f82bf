-- What descends from one item by corrections is one family, and bears the number of its root, so that an owner's
-- restriction on any of them is found for all. The root itself bears none. A number is always above its parent's.

ALTER TABLE item ADD COLUMN family INTEGER REFERENCES item (number);

CREATE TEMP TABLE descends (number INTEGER PRIMARY KEY, root INTEGER NOT NULL);
WITH RECURSIVE descent (number, root) AS (
  SELECT number, parent FROM item
  WHERE parent IN (SELECT number FROM item WHERE parent IS NULL)
  UNION ALL
  SELECT item.number, descent.root FROM descent JOIN item INDEXED BY item_parent ON item.parent = descent.number
)
INSERT INTO descends SELECT number, root FROM descent;
UPDATE item SET family = (SELECT root FROM descends WHERE descends.number = item.number) WHERE parent IS NOT NULL;
DROP TABLE descends;

CREATE INDEX item_family ON item (family) WHERE family IS NOT NULL;

-- Whom an earlier body kept out stays kept out, unless the owner has allowed that country, or everyone, since.
INSERT INTO restriction (owner, item, target, denied, at, actor)
SELECT DISTINCT item.sender, coalesce(item.family, item.number), kept.value, 1, item.received_at, 'system'
FROM item CROSS JOIN json_each('["' || replace(replace(item.restricted_from, '"', ''), ',', '","') || '"]') AS kept
WHERE item.restricted_from <> '' AND item.sender IS NOT NULL
  AND (item.family IS NOT NULL OR item.number IN (SELECT family FROM item WHERE family IS NOT NULL))
  AND NOT EXISTS (
    SELECT 1 FROM restriction AS said LEFT JOIN item AS other ON other.number = said.item
    WHERE coalesce(other.family, said.item) = coalesce(item.family, item.number)
      AND said.target IN (kept.value, '*') AND said.denied = 0 AND said.at >= item.received_at
  );
