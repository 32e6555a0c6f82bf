-- name: proposal_add!
INSERT INTO proposal (item, officer, what, reason, code, articles, overrides, because, seen, at)
VALUES (:item, :officer, :what, :reason, :code, :articles, :overrides, :because, :seen, :at);

-- name: proposal_of^
SELECT officer, what, reason, code, articles, overrides, because, seen, at FROM proposal WHERE item = :item;

-- name: proposal_drop!
DELETE FROM proposal WHERE item = :item;
