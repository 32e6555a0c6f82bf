-- What PostgreSQL is asked in the benchmark: the same life of a message as the desk gives it.

-- name: empty
DROP TABLE IF EXISTS message, audit, delivery;

-- name: tables
CREATE TABLE message (id BIGINT PRIMARY KEY, body BYTEA NOT NULL, digest BYTEA NOT NULL);
CREATE TABLE audit (id BIGSERIAL PRIMARY KEY, message BIGINT NOT NULL, hash BYTEA NOT NULL);
CREATE TABLE delivery (message BIGINT, recipient TEXT, state SMALLINT NOT NULL, PRIMARY KEY (message, recipient));
CREATE INDEX delivery_open ON delivery (message) WHERE state = 0;

-- name: keep
INSERT INTO message VALUES (%s, %s, %s);

-- name: chain
INSERT INTO audit (message, hash) VALUES (%s, %s);

-- name: spread
INSERT INTO delivery SELECT m, r, 0 FROM unnest(%s::bigint[]) m, unnest(%s::text[]) r;

-- name: acknowledge
UPDATE delivery SET state = 1 WHERE message = ANY(%s) AND state = 0;

-- name: count
SELECT count(*), count(*) FILTER (WHERE state = 1) FROM delivery;
