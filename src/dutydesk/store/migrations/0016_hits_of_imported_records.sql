-- The hits of imported records, for the file of a person.

CREATE INDEX hit_record ON hit (record) WHERE item IS NULL;
