-- name: desk_raise_segment!
UPDATE desk SET segment = greatest(segment, :segment) WHERE id = 1;
