-- Which items go to cleared bureaus only, so that each lease can ask again without reading the body.

ALTER TABLE item ADD COLUMN confidential INTEGER NOT NULL DEFAULT 0;

-- Items of before: as the version that counts says; what is no JSON any more has nothing that could go out.
UPDATE item SET confidential = 1 WHERE EXISTS (
  SELECT 1 FROM body
  WHERE body.item = item.number AND body.version = item.version AND body.raw IS NOT NULL
    AND CASE WHEN json_valid(CAST(body.raw AS TEXT))
      THEN json_extract(CAST(body.raw AS TEXT), '$.confidentiality') = 'confidential' ELSE 0 END
);
