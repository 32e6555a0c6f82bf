-- name: measure_add<!
INSERT INTO measure (
  country, level, channels, kinds, decision, decided_by, reason, officer, ordered_at, effective_at, review_by, state,
  endorsement, endorsement_due, over
) VALUES (
  :country, :level, :channels, :kinds, :decision, :decided_by, :reason, :officer, :ordered_at, :effective_at,
  :review_by, :state, :endorsement, :endorsement_due, :over
);

-- name: measure_by_number^
SELECT * FROM measure WHERE number = :number;

-- name: measure_save!
UPDATE measure SET
  state = :state, effective_at = :effective_at, endorsement = :endorsement, endorsed_by = :endorsed_by,
  endorsement_order = :endorsement_order, lift_order = :lift_order, lift_by = :lift_by, lift_reason = :lift_reason,
  lift_officer = :lift_officer, lift_at = :lift_at, ended_at = :ended_at, revision = revision + 1
WHERE number = :number AND revision = :revision;

-- name: measures_in_force
SELECT * FROM measure WHERE state = 'effective' ORDER BY number;

-- name: measures_of
SELECT * FROM measure WHERE country = :country ORDER BY number;

-- name: measures_all
SELECT * FROM measure ORDER BY number;

-- name: measures_due
SELECT * FROM measure WHERE state IN ('proposed', 'ordered') AND state = 'ordered' AND effective_at <= :now
ORDER BY effective_at, number;

-- name: measures_ordered
SELECT * FROM measure WHERE state IN ('proposed', 'ordered') AND state = 'ordered' ORDER BY effective_at, number;

-- name: restriction_add!
INSERT INTO restriction (owner, item, target, denied, at, actor) VALUES (:owner, :item, :target, :denied, :at, :actor);

-- name: restrictions_all
-- What was stated on one item holds for its family.
SELECT id, owner, item, coalesce((SELECT family FROM item WHERE number = restriction.item), item) AS root,
  target, denied
FROM restriction WHERE at <= :until ORDER BY id;

-- name: restriction_latest^
SELECT max(id) FROM restriction WHERE owner = :owner AND (
  item IS NULL OR item = :root OR item IN (SELECT number FROM item INDEXED BY item_family WHERE family = :root)
);

-- name: restrictions_of_family
SELECT id, owner, item, target, denied, at, actor FROM restriction
WHERE owner = :owner
  AND item IN (SELECT :root UNION ALL SELECT number FROM item INDEXED BY item_family WHERE family = :root)
ORDER BY item, id;

-- name: restriction_propose<!
INSERT INTO restriction_proposal (owner, item, allow, officer, at, state)
VALUES (:owner, :item, :allow, :officer, :at, 'proposed');

-- name: restriction_proposal_by_number^
SELECT * FROM restriction_proposal WHERE number = :number;

-- name: restriction_proposals_open
SELECT * FROM restriction_proposal INDEXED BY restriction_proposal_open WHERE state = 'proposed' ORDER BY number;

-- name: restriction_proposals_open_of
SELECT * FROM restriction_proposal WHERE state = 'proposed' AND owner = :owner ORDER BY number;

-- name: restriction_proposal_end!
UPDATE restriction_proposal SET state = :state, ended_by = :ended_by, ended_at = :ended_at, revision = revision + 1
WHERE number = :number AND revision = :revision;
