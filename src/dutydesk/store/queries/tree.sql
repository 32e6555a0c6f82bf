-- The Merkle tree over the log: its whole tiles, and the hashes of the events that it stands on.

-- name: tree_tiles_of^
-- How many tiles of a level are written.
SELECT coalesce(max(number) + 1, 0) FROM tree_tile WHERE level = :level;

-- name: tree_tile_add!
INSERT INTO tree_tile (level, number, root, hashes) VALUES (:level, :number, :root, :hashes);

-- name: tree_tile_hashes^
SELECT hashes FROM tree_tile WHERE level = :level AND number = :number;

-- name: tree_tile_roots
SELECT root FROM tree_tile WHERE level = :level AND number >= :first AND number < :last ORDER BY number;

-- name: tree_event_hashes
SELECT hash FROM event WHERE seq > :after AND seq <= :upto ORDER BY seq;

-- name: tree_has_news^
-- Whether anything stands in the log above an event but checkpoints and what witnesses said of them.
SELECT (
  SELECT seq FROM event
  WHERE seq > :seq AND kind NOT IN ('log.checkpointed', 'log.cosigned', 'log.cosigning_refused')
  ORDER BY seq LIMIT 1
) IS NOT NULL;

-- name: state_tree_tiles
SELECT level, number, root, hashes FROM tree_tile ORDER BY level, number;
