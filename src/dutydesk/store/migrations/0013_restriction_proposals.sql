-- Widening access on an owner's behalf takes two persons: what one proposed, and what became of it.

CREATE TABLE restriction_proposal (
  number INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  item INTEGER REFERENCES item (number),
  allow TEXT NOT NULL,
  officer TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  ended_by TEXT,
  ended_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX restriction_proposal_open ON restriction_proposal (owner, number) WHERE state = 'proposed';
