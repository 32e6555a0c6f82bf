-- The whole schema as it is after the nineteenth migration of SQLite, with the same tables, columns and numbers.
-- Times and flags are integers, bodies bytes; what an event says is text, never jsonb: the hash is over its bytes.
-- No table has a foreign key: they took most of the time of an intake. Rows without their item are looked for instead.
-- Text is in the order of its code points whatever the locale of the cluster.

-- Which store this is, and for which release; what every commit changes; who dispatches, in which term.
CREATE TABLE store (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  version bigint NOT NULL,
  application text COLLATE "C" NOT NULL CHECK (application = 'dutydesk')
);
INSERT INTO store (version, application) VALUES (19, 'dutydesk');
CREATE TABLE head (id bigint PRIMARY KEY CHECK (id = 1), commits bigint NOT NULL DEFAULT 0);
INSERT INTO head (id) VALUES (1);
CREATE TABLE role (
  name text COLLATE "C" PRIMARY KEY, term bigint NOT NULL, box text COLLATE "C" NOT NULL, until bigint NOT NULL
);

-- The next number of a table, without gaps: only who holds the lock on the head writes, and a rollback gives it back.
CREATE FUNCTION next_number(name text, key text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
  EXECUTE format('SELECT coalesce(max(%I), 0) + 1 FROM %I', key, name) INTO found;
  RETURN found;
END $$;
-- The highest numbers of rows that are gone: a record or a watched person never takes the number of another.
CREATE TABLE given_number (name text COLLATE "C" PRIMARY KEY, number bigint NOT NULL);
CREATE FUNCTION next_lasting_number(name text) RETURNS bigint LANGUAGE sql AS $$
  SELECT greatest(
    next_number(name, 'id'), 1 + (SELECT given.number FROM given_number AS given WHERE given.name = $1)
  )
$$;
CREATE FUNCTION keep_given_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO given_number VALUES (TG_TABLE_NAME, old.id)
  ON CONFLICT (name) DO UPDATE SET number = greatest(given_number.number, excluded.number);
  RETURN NULL;
END $$;

-- What an index on the log reads of an event. NULL for one that was damaged: it must not keep a store from opening.
CREATE FUNCTION text_of(data text, field text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN CAST(data AS json) ->> field;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;
-- Sender and reference are taken out together, as one JSON array: each message costs this once.
CREATE FUNCTION sender_and_reference(data text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  said json := data;
BEGIN
  RETURN format('[%s,%s]', coalesce(CAST(said -> 'sender' AS text), 'null'),
    coalesce(CAST(said -> 'reference' AS text), 'null'));
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

-- A JSON array that a query is given as text.
CREATE FUNCTION texts_in(list text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT json_array_elements_text(CAST(list AS json)))
$$;
CREATE FUNCTION numbers_in(list text) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CAST(translate(list, '[] ', '{}') AS bigint[])
$$;

CREATE TABLE desk (
  id bigint PRIMARY KEY CHECK (id = 1), realm text COLLATE "C" NOT NULL CHECK (realm IN ('live', 'exercise', 'demo')),
  made_at bigint NOT NULL,
  policy_epoch bigint NOT NULL DEFAULT 0, segment bigint NOT NULL DEFAULT 0, clock_at bigint, clock_wall bigint,
  clock_rate double precision, notices bigint NOT NULL DEFAULT 0, records_entered bigint NOT NULL DEFAULT 0,
  watch_stage bigint NOT NULL DEFAULT 0, watch_position bigint NOT NULL DEFAULT 0,
  filed_upto bigint NOT NULL DEFAULT 0
);

CREATE TABLE event (
  seq bigint PRIMARY KEY, at bigint NOT NULL, actor text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL, data text COLLATE "C" NOT NULL, previous bytea NOT NULL, hash bytea NOT NULL
);
CREATE INDEX event_subject ON event (subject, seq);
CREATE INDEX event_network ON event (seq) WHERE kind IN ('bureau.offline', 'bureau.online');
CREATE INDEX event_settings ON event (seq) WHERE kind = 'settings.noted';
CREATE INDEX event_decision ON event (at) WHERE kind IN ('item.released', 'item.refused');
CREATE INDEX event_question ON event (subject, seq) WHERE kind IN ('item.asked', 'item.informed', 'item.corrected');
CREATE INDEX event_of_person ON event (actor, seq) WHERE actor NOT IN ('system', 'intake', 'dispatcher');
CREATE INDEX event_body_changed ON event (seq) WHERE kind = 'item.body_changed';
CREATE INDEX event_reference ON event (sender_and_reference(data)) WHERE kind IN (
  'intake.accepted', 'item.corrected', 'item.withdrawn', 'item.informed', 'item.reread', 'delivery.answered',
  'restriction.stated', 'check.taken'
);
CREATE INDEX event_command ON event (text_of(data, 'command'))
  WHERE actor NOT IN ('system', 'intake', 'dispatcher') AND text_of(data, 'command') IS NOT NULL;
CREATE INDEX event_refused ON event (text_of(data, 'sender'), text_of(data,
  'text_digest')) WHERE kind = 'item.refused';
CREATE INDEX event_differs ON event (seq) WHERE kind = 'store.differs';
CREATE INDEX event_ledger ON event (seq) WHERE kind IN (
  'store.made', 'bureaus.listed', 'bureau.offline', 'bureau.online', 'officer.added', 'officer.changed',
  'measure.proposed', 'measure.ordered', 'measure.effective', 'measure.endorsed', 'measure.declined',
  'measure.lift_proposed', 'measure.lifted', 'measure.replaced', 'measure.dissented', 'measure.void',
  'restriction.stated', 'restriction.proposed', 'restriction.dissented', 'restriction.void',
  'handover.written', 'handover.accepted'
) OR (kind = 'item.corrected' AND strpos(data, '"denied":') > 0);

CREATE TABLE officer (
  id bigint PRIMARY KEY DEFAULT next_number('officer', 'id'), name text COLLATE "C" NOT NULL UNIQUE,
  role text COLLATE "C" NOT NULL,
  country text COLLATE "C" NOT NULL
);

CREATE TABLE login (
  os_user text COLLATE "C" PRIMARY KEY, officer bigint NOT NULL
);

CREATE TABLE bureau (
  id bigint PRIMARY KEY DEFAULT next_number('bureau', 'id'), code text COLLATE "C" NOT NULL UNIQUE,
  offline_since bigint,
  measure_revision bigint NOT NULL DEFAULT 0, received bigint NOT NULL DEFAULT 0
);

CREATE TABLE item (
  number bigint PRIMARY KEY, type text COLLATE "C", kind text COLLATE "C", reference text COLLATE "C",
  sender text COLLATE "C", state text COLLATE "C" NOT NULL, version bigint NOT NULL DEFAULT 1,
  cycle bigint NOT NULL DEFAULT 1, revision bigint NOT NULL DEFAULT 1, urgency text COLLATE "C" NOT NULL,
  precedence bigint NOT NULL, received_at bigint NOT NULL, routed_at bigint NOT NULL,
  title text COLLATE "C" NOT NULL, original_script text COLLATE "C", level text COLLATE "C", measure bigint,
  causes text COLLATE "C" NOT NULL DEFAULT '[]', restricted_from text COLLATE "C" NOT NULL DEFAULT '',
  claimed_by text COLLATE "C", claimed_until bigint, escalated bigint NOT NULL DEFAULT 0,
  post_review text COLLATE "C", post_review_due bigint, information_due bigint, parent bigint, beside bigint,
  same_text_as bigint, open_deliveries bigint NOT NULL DEFAULT 0, waiting_deliveries bigint NOT NULL DEFAULT 0,
  due_at bigint NOT NULL DEFAULT 0, decided_by text COLLATE "C", held_before bigint NOT NULL DEFAULT 0,
  proposed_by text COLLATE "C", recall_proposed_by text COLLATE "C", unratified bigint NOT NULL DEFAULT 0,
  legal_hold bigint NOT NULL DEFAULT 0, notice_number text COLLATE "C", offered_kind text COLLATE "C",
  retention_until bigint, retention_ask bigint, confidential bigint NOT NULL DEFAULT 0, family bigint
);
CREATE INDEX item_due ON item (due_at) WHERE open_deliveries > 0;
CREATE INDEX item_unsent ON item (sender, number) WHERE open_deliveries + waiting_deliveries > 0;
CREATE INDEX item_work ON item (precedence, received_at) WHERE state IN ('held', 'proposed', 'information_requested');
CREATE INDEX item_post_review ON item (post_review_due) WHERE post_review = 'due';
CREATE INDEX item_state ON item (state, number);
CREATE INDEX item_sender ON item (sender, number);
CREATE INDEX item_sender_state ON item (sender, state);
CREATE INDEX item_reference ON item (sender, reference) WHERE reference IS NOT NULL;
CREATE INDEX item_kind ON item (kind, number);
CREATE INDEX item_parent ON item (parent) WHERE parent IS NOT NULL;
CREATE INDEX item_silent ON item (information_due) WHERE state = 'information_requested' AND escalated = 0;
CREATE INDEX item_retention_ask ON item (retention_ask) WHERE retention_ask IS NOT NULL AND state = 'released';
CREATE INDEX item_retention ON item (retention_until) WHERE retention_until IS NOT NULL AND state <> 'purged';
CREATE INDEX item_unratified ON item (number) WHERE unratified = 1;
CREATE INDEX item_recall_proposed ON item (number) WHERE recall_proposed_by IS NOT NULL;
CREATE INDEX item_family ON item (family) WHERE family IS NOT NULL;

CREATE TABLE body (
  item bigint NOT NULL, version bigint NOT NULL, received_at bigint NOT NULL, sha256 text COLLATE "C" NOT NULL,
  findings text COLLATE "C" NOT NULL, problems text COLLATE "C" NOT NULL DEFAULT '[]', raw bytea,
  UNIQUE (item, version)
);

CREATE TABLE reference (
  sender text COLLATE "C" NOT NULL, reference text COLLATE "C" NOT NULL, content_hash text COLLATE "C" NOT NULL,
  item bigint, receipt text COLLATE "C" NOT NULL, PRIMARY KEY (sender, reference)
);

CREATE TABLE refused_text (
  sender text COLLATE "C" NOT NULL, digest text COLLATE "C" NOT NULL, item bigint NOT NULL,
  PRIMARY KEY (sender, digest)
);
CREATE INDEX refused_text_of_item ON refused_text (item);

CREATE TABLE delivery (
  item bigint NOT NULL, recipient bigint NOT NULL, version bigint NOT NULL, cycle bigint NOT NULL,
  state text COLLATE "C" NOT NULL, cause text COLLATE "C", waiting bigint NOT NULL DEFAULT 0,
  attempts bigint NOT NULL DEFAULT 0, due_at bigint, error text COLLATE "C", PRIMARY KEY (item, recipient)
) WITH (fillfactor = 50);
CREATE INDEX delivery_waiting ON delivery (recipient, item) WHERE waiting = 1;

CREATE TABLE tick (
  item bigint NOT NULL, version bigint NOT NULL, mark text COLLATE "C" NOT NULL, officer text COLLATE "C" NOT NULL,
  at bigint NOT NULL, note text COLLATE "C", PRIMARY KEY (item, version, mark)
);

CREATE TABLE review (
  id bigint PRIMARY KEY DEFAULT next_number('review', 'id'), item bigint NOT NULL, cycle bigint NOT NULL,
  officer text COLLATE "C" NOT NULL,
  decision text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL, code text COLLATE "C",
  articles text COLLATE "C" NOT NULL, at bigint NOT NULL
);
CREATE INDEX review_item ON review (item);

CREATE TABLE remark (
  id bigint PRIMARY KEY DEFAULT next_number('remark', 'id'), item bigint NOT NULL, officer text COLLATE "C" NOT NULL,
  text text COLLATE "C" NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX remark_item ON remark (item);

CREATE TABLE measure (
  number bigint PRIMARY KEY DEFAULT next_number('measure', 'number'), country text COLLATE "C" NOT NULL,
  level text COLLATE "C" NOT NULL,
  channels text COLLATE "C" NOT NULL, kinds text COLLATE "C" NOT NULL, decision text COLLATE "C" NOT NULL,
  decided_by text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL, officer text COLLATE "C" NOT NULL,
  ordered_at bigint NOT NULL, effective_at bigint NOT NULL, review_by bigint NOT NULL,
  state text COLLATE "C" NOT NULL, endorsement text COLLATE "C" NOT NULL, endorsement_due bigint NOT NULL,
  endorsed_by text COLLATE "C", endorsement_order text COLLATE "C", over bigint, lift_order text COLLATE "C",
  lift_by text COLLATE "C", lift_reason text COLLATE "C", lift_officer text COLLATE "C", lift_at bigint,
  ended_at bigint, revision bigint NOT NULL DEFAULT 1
);
CREATE INDEX measure_country ON measure (country, number);
CREATE UNIQUE INDEX measure_in_force ON measure (country) WHERE state = 'effective';
CREATE INDEX measure_live ON measure (effective_at) WHERE state IN ('proposed', 'ordered');

CREATE TABLE restriction (
  id bigint PRIMARY KEY DEFAULT next_number('restriction', 'id'), owner text COLLATE "C" NOT NULL, item bigint,
  target text COLLATE "C" NOT NULL,
  denied bigint NOT NULL, at bigint NOT NULL, actor text COLLATE "C" NOT NULL
);
CREATE INDEX restriction_owner ON restriction (owner, item, id);

CREATE TABLE counter (
  name text COLLATE "C" PRIMARY KEY, value bigint NOT NULL
);

CREATE TABLE command (
  id text COLLATE "C" PRIMARY KEY, digest text COLLATE "C" NOT NULL, answer text COLLATE "C" NOT NULL,
  at bigint NOT NULL, column_digests bytea
);

CREATE TABLE person_key (
  sender text COLLATE "C" NOT NULL, mark text COLLATE "C" NOT NULL, item bigint NOT NULL,
  detail text COLLATE "C" NOT NULL, PRIMARY KEY (sender, mark, item)
);
CREATE INDEX person_key_item ON person_key (item);
CREATE INDEX person_key_mark ON person_key (mark, item);

CREATE TABLE register_entry (
  id bigint PRIMARY KEY DEFAULT next_number('register_entry', 'id'), register text COLLATE "C" NOT NULL,
  reference text COLLATE "C" NOT NULL,
  entered_on text COLLATE "C" NOT NULL, country text COLLATE "C", matter text COLLATE "C", decision text COLLATE "C",
  in_force bigint NOT NULL, digest text COLLATE "C" NOT NULL, column_digests bytea, UNIQUE (register, reference)
);

CREATE TABLE register_key (
  mark text COLLATE "C" NOT NULL, entry bigint NOT NULL, detail text COLLATE "C" NOT NULL, PRIMARY KEY (mark, entry)
);
CREATE INDEX register_key_entry ON register_key (entry);

CREATE TABLE proposal (
  item bigint PRIMARY KEY, officer text COLLATE "C" NOT NULL, what text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL, code text COLLATE "C", articles text COLLATE "C" NOT NULL,
  overrides text COLLATE "C" NOT NULL, because text COLLATE "C" NOT NULL, seen text COLLATE "C" NOT NULL,
  at bigint NOT NULL
);

CREATE TABLE record (
  id bigint PRIMARY KEY, source text COLLATE "C" NOT NULL, origin text COLLATE "C" NOT NULL, item bigint,
  reference text COLLATE "C", subject text COLLATE "C" NOT NULL, title text COLLATE "C" NOT NULL,
  names text COLLATE "C" NOT NULL DEFAULT '', heard text COLLATE "C" NOT NULL DEFAULT '',
  birth text COLLATE "C" NOT NULL DEFAULT '', nationalities text COLLATE "C" NOT NULL DEFAULT '',
  documents text COLLATE "C" NOT NULL DEFAULT '', entered_at bigint NOT NULL, ends_at bigint,
  category text COLLATE "C" NOT NULL DEFAULT '', column_digests bytea
);
CREATE UNIQUE INDEX record_item ON record (item) WHERE item IS NOT NULL;
CREATE UNIQUE INDEX record_reference ON record (origin, source, reference) WHERE reference IS NOT NULL;

CREATE TABLE neighbour (
  variant bigint NOT NULL, skeleton bigint NOT NULL, PRIMARY KEY (variant, skeleton)
);

CREATE TABLE document_key (
  number text COLLATE "C" NOT NULL, record bigint NOT NULL, issuer text COLLATE "C" NOT NULL,
  PRIMARY KEY (number, record, issuer)
);

CREATE TABLE hit (
  id bigint PRIMARY KEY DEFAULT next_number('hit', 'id'), record bigint NOT NULL, item bigint,
  source text COLLATE "C" NOT NULL,
  requester text COLLATE "C" NOT NULL, reference text COLLATE "C", name_of_database text COLLATE "C" NOT NULL,
  place text COLLATE "C", query text COLLATE "C" NOT NULL, digest text COLLATE "C" NOT NULL, score bigint NOT NULL,
  explanation text COLLATE "C" NOT NULL, actor text COLLATE "C" NOT NULL, at bigint NOT NULL,
  category text COLLATE "C" NOT NULL DEFAULT '', after_item bigint NOT NULL DEFAULT 0,
  title text COLLATE "C" NOT NULL DEFAULT '', column_digests bytea
);
CREATE INDEX hit_source ON hit (source, at);
CREATE INDEX hit_item ON hit (item) WHERE item IS NOT NULL;
CREATE INDEX hit_at ON hit (at, category, place);
CREATE INDEX hit_place ON hit (after_item, id);
CREATE INDEX hit_requester ON hit (requester, after_item, id);
CREATE INDEX hit_record ON hit (record) WHERE item IS NULL;

CREATE TABLE dismissal (
  record bigint NOT NULL, requester text COLLATE "C" NOT NULL, digest text COLLATE "C" NOT NULL, hit bigint NOT NULL,
  until bigint NOT NULL, reason text COLLATE "C" NOT NULL, officer text COLLATE "C" NOT NULL, at bigint NOT NULL,
  PRIMARY KEY (record, requester, digest)
);

CREATE TABLE check_hour (
  supplier bigint NOT NULL, hour bigint NOT NULL, requester bigint NOT NULL,
  name_of_database text COLLATE "C" NOT NULL, result text COLLATE "C" NOT NULL, n bigint NOT NULL,
  PRIMARY KEY (supplier, hour, requester, name_of_database, result)
);

CREATE TABLE check_minute (
  requester bigint PRIMARY KEY, minute bigint NOT NULL, n bigint NOT NULL, n_before bigint NOT NULL DEFAULT 0
);

CREATE TABLE check_reference (
  day bigint NOT NULL, sender bigint NOT NULL, reference text COLLATE "C" NOT NULL, digest bytea NOT NULL,
  PRIMARY KEY (day, sender, reference)
);

CREATE TABLE notice (
  id bigint PRIMARY KEY, item bigint, recipient bigint NOT NULL, notice text COLLATE "C" NOT NULL,
  version bigint NOT NULL, cycle bigint NOT NULL, data text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL,
  attempts bigint NOT NULL DEFAULT 0, due_at bigint NOT NULL, error text COLLATE "C"
);
CREATE INDEX notice_due ON notice (due_at) WHERE state IN ('queued', 'sending', 'failed');
CREATE INDEX notice_item ON notice (item);
CREATE INDEX notice_hit ON notice (text_of(data, 'hit'))
  WHERE notice = 'hit';

CREATE TABLE check_day (
  supplier bigint NOT NULL, day bigint NOT NULL, n bigint NOT NULL, PRIMARY KEY (supplier, day)
);

CREATE TABLE handover (
  number bigint PRIMARY KEY DEFAULT next_number('handover', 'number'), text text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  shift_begin bigint NOT NULL, shift_end bigint NOT NULL, written_by text COLLATE "C" NOT NULL,
  written_at bigint NOT NULL, state text COLLATE "C" NOT NULL CHECK (state IN ('written', 'accepted', 'replaced')),
  accepted_by text COLLATE "C", accepted_at bigint
);

CREATE TABLE record_key (
  mark bigint NOT NULL, record bigint NOT NULL, born bigint NOT NULL, PRIMARY KEY (mark, record)
);

CREATE TABLE restriction_proposal (
  number bigint PRIMARY KEY DEFAULT next_number('restriction_proposal', 'number'), owner text COLLATE "C" NOT NULL,
  item bigint, allow text COLLATE "C" NOT NULL,
  officer text COLLATE "C" NOT NULL, at bigint NOT NULL, state text COLLATE "C" NOT NULL, ended_by text COLLATE "C",
  ended_at bigint, revision bigint NOT NULL DEFAULT 1
);
CREATE INDEX restriction_proposal_open ON restriction_proposal (owner, number) WHERE state = 'proposed';

CREATE TABLE watched (
  id bigint PRIMARY KEY DEFAULT next_lasting_number('watched'), entry bigint, item bigint,
  scope text COLLATE "C" NOT NULL, names text COLLATE "C" NOT NULL,
  birth text COLLATE "C" NOT NULL, nationalities text COLLATE "C" NOT NULL, documents text COLLATE "C" NOT NULL,
  exact text COLLATE "C" NOT NULL, column_digests bytea
);
CREATE UNIQUE INDEX watched_entry ON watched (entry) WHERE entry IS NOT NULL;
CREATE UNIQUE INDEX watched_item ON watched (item) WHERE item IS NOT NULL;

CREATE TABLE watched_key (
  mark bigint NOT NULL, watched bigint NOT NULL, PRIMARY KEY (mark, watched)
);

CREATE TABLE distinction (
  source text COLLATE "C" NOT NULL, person text COLLATE "C" NOT NULL, watched bigint NOT NULL, item bigint NOT NULL,
  score bigint NOT NULL, until bigint NOT NULL, reason text COLLATE "C" NOT NULL, officer text COLLATE "C" NOT NULL,
  at bigint NOT NULL, PRIMARY KEY (source, person, watched)
);
CREATE INDEX distinction_item ON distinction (item);
CREATE INDEX distinction_watched ON distinction (watched);

CREATE TABLE unfiled (
  item bigint PRIMARY KEY, record bigint NOT NULL, keys bytea NOT NULL
);

-- The words of a text, exactly as SQLite's full text (unicode61, without diacritics) has them: characters that are in
-- its way are dropped, capitals and letters with marks become plain ones, and what is neither letter nor figure parts
-- words. tests/engines/word_function.py writes it.
CREATE FUNCTION words_of(written text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_remove(CASE
    WHEN octet_length(written) = length(written)
    THEN regexp_split_to_array(lower(written COLLATE "C"), '[^0-9a-z]+')
    ELSE regexp_split_to_array(translate(
      CASE WHEN written ~ (
      '['
      '\u0181-\u0182\u0184\u0186-\u0187\u0189-\u018B\u018E-\u0191\u0193-\u0194\u0196-\u0198\u019C-'
      '\u019D\u019F-\u01A2\u01A4\u01A6-\u01A7\u01A9\u01AC\u01AE-\u01B3\u01B5\u01B7-\u01B8\u01BC\u01C4-'
      '\u01C5\u01C7-\u01C8\u01CA-\u01CB\u01CD-\u01DC\u01DE-\u01E0\u01E2\u01E4\u01E6-\u01EE\u01F0-\u01F2'
      '\u01F4-\u01FC\u01FE\u0200-\u021C\u021E-\u0220\u0222\u0224\u0226-\u0233\u023A-\u023B\u023D-\u023E'
      '\u0241\u0243-\u0246\u0248\u024A\u024C\u024E\u0300-\u0304\u0306-\u030C\u030F\u0311\u031B\u0323-'
      '\u0328\u032D-\u032E\u0330-\u0331\u0370\u0372\u0376\u03D0-\u03D1\u03D5-\u03D6\u03D8\u03DA\u03DC'
      '\u03DE\u03E0\u03E2\u03E4\u03E6\u03E8\u03EA\u03EC\u03EE\u03F0-\u03F1\u03F4-\u03F5\u03F7\u03F9-'
      '\u03FA\u03FD-\u03FF\u0460\u0462\u0464\u0466\u0468\u046A\u046C\u046E\u0470\u0472\u0474\u0476'
      '\u0478\u047A\u047C\u047E\u0480\u048A\u048C\u048E\u0490\u0492\u0494\u0496\u0498\u049A\u049C\u049E'
      '\u04A0\u04A2\u04A4\u04A6\u04A8\u04AA\u04AC\u04AE\u04B0\u04B2\u04B4\u04B6\u04B8\u04BA\u04BC\u04BE'
      '\u04C0-\u04C1\u04C3\u04C5\u04C7\u04C9\u04CB\u04CD\u04D0\u04D2\u04D4\u04D6\u04D8\u04DA\u04DC'
      '\u04DE\u04E0\u04E2\u04E4\u04E6\u04E8\u04EA\u04EC\u04EE\u04F0\u04F2\u04F4\u04F6\u04F8\u04FA\u04FC'
      '\u04FE\u0500\u0502\u0504\u0506\u0508\u050A\u050C\u050E\u0510\u0512\u0514\u0516\u0518\u051A\u051C'
      '\u051E\u0520\u0522\u0524\u0526\u0531-\u0556\u10A0-\u10C5\u10C7\u10CD\u1E00-\u1E99\u1E9B\u1E9E'
      '\u1EA0-\u1EFA\u1EFC\u1EFE\u1F08-\u1F0F\u1F18-\u1F1D\u1F28-\u1F2F\u1F38-\u1F3F\u1F48-\u1F4D\u1F59'
      '\u1F5B\u1F5D\u1F5F\u1F68-\u1F6F\u1F88-\u1F8F\u1F98-\u1F9F\u1FA8-\u1FAF\u1FB8-\u1FBC\u1FBE\u1FC8-'
      '\u1FCC\u1FD8-\u1FDB\u1FE8-\u1FEC\u1FF8-\u1FFC\u2126\u212A-\u212B\u2132\u2160-\u216F\u2183\u2C00-'
      '\u2C2E\u2C60\u2C62-\u2C64\u2C67\u2C69\u2C6B\u2C6D-\u2C70\u2C72\u2C75\u2C7E-\u2C80\u2C82\u2C84'
      '\u2C86\u2C88\u2C8A\u2C8C\u2C8E\u2C90\u2C92\u2C94\u2C96\u2C98\u2C9A\u2C9C\u2C9E\u2CA0\u2CA2\u2CA4'
      '\u2CA6\u2CA8\u2CAA\u2CAC\u2CAE\u2CB0\u2CB2\u2CB4\u2CB6\u2CB8\u2CBA\u2CBC\u2CBE\u2CC0\u2CC2\u2CC4'
      '\u2CC6\u2CC8\u2CCA\u2CCC\u2CCE\u2CD0\u2CD2\u2CD4\u2CD6\u2CD8\u2CDA\u2CDC\u2CDE\u2CE0\u2CE2\u2CEB'
      '\u2CED\u2CF2\uA640\uA642\uA644\uA646\uA648\uA64A\uA64C\uA64E\uA650\uA652\uA654\uA656\uA658\uA65A'
      '\uA65C\uA65E\uA660\uA662\uA664\uA666\uA668\uA66A\uA66C\uA680\uA682\uA684\uA686\uA688\uA68A\uA68C'
      '\uA68E\uA690\uA692\uA694\uA696\uA722\uA724\uA726\uA728\uA72A\uA72C\uA72E\uA732\uA734\uA736\uA738'
      '\uA73A\uA73C\uA73E\uA740\uA742\uA744\uA746\uA748\uA74A\uA74C\uA74E\uA750\uA752\uA754\uA756\uA758'
      '\uA75A\uA75C\uA75E\uA760\uA762\uA764\uA766\uA768\uA76A\uA76C\uA76E\uA779\uA77B\uA77D-\uA77E'
      '\uA780\uA782\uA784\uA786\uA78B\uA78D\uA790\uA792\uA7A0\uA7A2\uA7A4\uA7A6\uA7A8\uA7AA\uFF21-'
      '\uFF3A\U00010400-\U00010427'
      ']')
      THEN translate(translate(lower(written COLLATE "C"),
      U&'\0300\0301\0302\0303\0304\0306\0307\0308\0309\030A\030B\030C\030F\0311\031B\0323\0324\0325\0326\0327\0328\032D\032E\0330\0331', ''),
      'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠơƢƤƦƧƩƬƮƯưƱƲƳƵƷƸƼǄǅǇǈǊǋǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǞǟǠǢǤǦǧǨǩǪǫǬǭǮǰǱǲǴǵǶǷǸǹǺǻǼǾȀȁȂȃȄȅȆȇȈ'
      'ȉȊȋȌȍȎȏȐȑȒȓȔȕȖȗȘșȚțȜȞȟȠȢȤȦȧȨȩȪȫȬȭȮȯȰȱȲȳȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶϐϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷϹϺϽϾϿѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼ'
      'ѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿ'
      'ՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍḀḁḂḃḄḅḆḇḈḉḊḋḌḍḎḏḐḑḒḓḔḕḖḗḘḙḚḛḜḝḞḟḠ'
      'ḡḢḣḤḥḦḧḨḩḪḫḬḭḮḯḰḱḲḳḴḵḶḷḸḹḺḻḼḽḾḿṀṁṂṃṄṅṆṇṈṉṊṋṌṍṎṏṐṑṒṓṔṕṖṗṘṙṚṛṜṝṞṟṠṡṢṣṤṥṦṧṨṩṪṫṬṭṮṯṰṱṲṳṴṵṶṷṸṹṺṻṼṽṾṿẀ'
      'ẁẂẃẄẅẆẇẈẉẊẋẌẍẎẏẐẑẒẓẔẕẖẗẘẙẛẞẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤ'
      'ụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯ'
      'ᾸᾹᾺΆᾼιῈΈῊΉῌῘῙῚΊῨῩῪΎῬῸΌῺΏῼΩKÅℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⱠⱢⱣ'
      'ⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎ'
      'ꚐꚒꚔꚖꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞠꞢꞤꞦꞨꞪＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉'
      '𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧',
      'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵooƣƥʀƨʃƭʈuuʊʋƴƶʒƹƽǆǆǉǉǌǌaaiioouuuuuuuuuuaaǡǣǥggkkooooǯjǳǳggƕƿnnaaǽǿaaaaeeeei'
      'iiioooorrrruuuussttȝhhƞȣȥaaeeooooooooyyⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷβθφπϙϛϝϟϡϣϥϧϩϫϭϯκρθεϸϲϻͻͼͽѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽ'
      'ѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧաբգդեզէըթժիլխծկ'
      'հձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭaabbbbbbccddddddddddeeeeeeeeeeffg'
      'ghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvw'
      'wwwwwwwwwxxxxyyzzzzzzhtwysßaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooou'
      'uuuuuuuuuuuuuyyyyyyyyỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧ'
      'ᾰᾱὰάᾳιὲέὴήῃῐῑὶίῠῡὺύῥὸόὼώῳωkaⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱡɫᵽ'
      'ɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏ'
      'ꚑꚓꚕꚗꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞡꞣꞥꞧꞩɦａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱'
      '𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏')
      ELSE lower(written COLLATE "C") END,
      'µÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞàáâãäåçèéêëìíîïñòóôõöùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĐĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦ'
      'ĨĩĪīĬĭĮįİĲĴĵĶķĹĺĻļĽľĿŁŃńŅņŇňŊŌōŎŏŐőŒŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžſΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚ'
      'ΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫςϏЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ',
      'μaaaaaaæceeeeiiiiðnoooooøuuuuyþaaaaaaceeeeiiiinooooouuuuyyaaaaaaccccccccddđeeeeeeeeeegggggggghhħ'
      'iiiiiiiiiĳjjkkllllllŀłnnnnnnŋooooooœrrrrrrssssssssttttŧuuuuuuuuuuuuwwyyyzzzzzzsάέήίόύώαβγδεζηθικ'
      'λμνξοπρστυφχψωϊϋσϗѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюя'),
      '['
      '\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00B1\u00B4\u00B6-\u00B8\u00BB\u00BF'
      '\u00D7\u00F7\u02C2-\u02C5\u02D2-\u02DF\u02E5-\u02EB\u02ED\u02EF-\u02FF\u0305\u030D-\u030E\u0310'
      '\u0312-\u031A\u031C-\u0322\u0329-\u032C\u032F\u0332-\u036F\u0375\u037E\u0384-\u0385\u0387\u03F6'
      '\u0482-\u0489\u055A-\u055F\u0589-\u058A\u058F\u0591-\u05C7\u05F3-\u05F4\u0600-\u0604\u0606-'
      '\u061B\u061E-\u061F\u064B-\u065F\u066A-\u066D\u0670\u06D4\u06D6-\u06E4\u06E7-\u06ED\u06FD-\u06FE'
      '\u0700-\u070D\u070F\u0711\u0730-\u074A\u07A6-\u07B0\u07EB-\u07F3\u07F6-\u07F9\u0816-\u0819'
      '\u081B-\u0823\u0825-\u0827\u0829-\u082D\u0830-\u083E\u0859-\u085B\u085E\u08E4-\u08FE\u0900-'
      '\u0903\u093A-\u093C\u093E-\u094F\u0951-\u0957\u0962-\u0965\u0970\u0981-\u0983\u09BC\u09BE-\u09C4'
      '\u09C7-\u09C8\u09CB-\u09CD\u09D7\u09E2-\u09E3\u09F2-\u09F3\u09FA-\u09FB\u0A01-\u0A03\u0A3C'
      '\u0A3E-\u0A42\u0A47-\u0A48\u0A4B-\u0A4D\u0A51\u0A70-\u0A71\u0A75\u0A81-\u0A83\u0ABC\u0ABE-\u0AC5'
      '\u0AC7-\u0AC9\u0ACB-\u0ACD\u0AE2-\u0AE3\u0AF0-\u0AF1\u0B01-\u0B03\u0B3C\u0B3E-\u0B44\u0B47-'
      '\u0B48\u0B4B-\u0B4D\u0B56-\u0B57\u0B62-\u0B63\u0B70\u0B82\u0BBE-\u0BC2\u0BC6-\u0BC8\u0BCA-\u0BCD'
      '\u0BD7\u0BF3-\u0BFA\u0C01-\u0C03\u0C3E-\u0C44\u0C46-\u0C48\u0C4A-\u0C4D\u0C55-\u0C56\u0C62-'
      '\u0C63\u0C7F\u0C82-\u0C83\u0CBC\u0CBE-\u0CC4\u0CC6-\u0CC8\u0CCA-\u0CCD\u0CD5-\u0CD6\u0CE2-\u0CE3'
      '\u0D02-\u0D03\u0D3E-\u0D44\u0D46-\u0D48\u0D4A-\u0D4D\u0D57\u0D62-\u0D63\u0D79\u0D82-\u0D83\u0DCA'
      '\u0DCF-\u0DD4\u0DD6\u0DD8-\u0DDF\u0DF2-\u0DF4\u0E31\u0E34-\u0E3A\u0E3F\u0E47-\u0E4F\u0E5A-\u0E5B'
      '\u0EB1\u0EB4-\u0EB9\u0EBB-\u0EBC\u0EC8-\u0ECD\u0F01-\u0F1F\u0F34-\u0F3F\u0F71-\u0F87\u0F8D-'
      '\u0F97\u0F99-\u0FBC\u0FBE-\u0FCC\u0FCE-\u0FDA\u102B-\u103E\u104A-\u104F\u1056-\u1059\u105E-'
      '\u1060\u1062-\u1064\u1067-\u106D\u1071-\u1074\u1082-\u108D\u108F\u109A-\u109F\u10FB\u135D-\u1368'
      '\u1390-\u1399\u1400\u166D-\u166E\u1680\u169B-\u169C\u16EB-\u16ED\u1712-\u1714\u1732-\u1736'
      '\u1752-\u1753\u1772-\u1773\u17B4-\u17D6\u17D8-\u17DB\u17DD\u1800-\u180E\u18A9\u1920-\u192B'
      '\u1930-\u193B\u1940\u1944-\u1945\u19B0-\u19C0\u19C8-\u19C9\u19DE-\u19FF\u1A17-\u1A1B\u1A1E-'
      '\u1A1F\u1A55-\u1A5E\u1A60-\u1A7C\u1A7F\u1AA0-\u1AA6\u1AA8-\u1AAD\u1B00-\u1B04\u1B34-\u1B44'
      '\u1B5A-\u1B7C\u1B80-\u1B82\u1BA1-\u1BAD\u1BE6-\u1BF3\u1BFC-\u1BFF\u1C24-\u1C37\u1C3B-\u1C3F'
      '\u1C7E-\u1C7F\u1CC0-\u1CC7\u1CD0-\u1CE8\u1CED\u1CF2-\u1CF4\u1DC0-\u1DE6\u1DFC-\u1DFF\u1FBD'
      '\u1FBF-\u1FC1\u1FCD-\u1FCF\u1FDD-\u1FDF\u1FED-\u1FEF\u1FFD-\u1FFE\u2000-\u2064\u206A-\u206F'
      '\u207A-\u207E\u208A-\u208E\u20A0-\u20B9\u20D0-\u20F0\u2100-\u2101\u2103-\u2106\u2108-\u2109'
      '\u2114\u2116-\u2118\u211E-\u2123\u2125\u2127\u2129\u212E\u213A-\u213B\u2140-\u2144\u214A-\u214D'
      '\u214F\u2190-\u23F3\u2400-\u2426\u2440-\u244A\u249C-\u24E9\u2500-\u26FF\u2701-\u2775\u2794-'
      '\u2B4C\u2B50-\u2B59\u2CE5-\u2CEA\u2CEF-\u2CF1\u2CF9-\u2CFC\u2CFE-\u2CFF\u2D70\u2D7F\u2DE0-\u2E2E'
      '\u2E30-\u2E3B\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u2FF0-\u2FFB\u3000-\u3004\u3008-\u3020'
      '\u302A-\u3030\u3036-\u3037\u303D-\u303F\u3099-\u309C\u30A0\u30FB\u3190-\u3191\u3196-\u319F'
      '\u31C0-\u31E3\u3200-\u321E\u322A-\u3247\u3250\u3260-\u327F\u328A-\u32B0\u32C0-\u32FE\u3300-'
      '\u33FF\u4DC0-\u4DFF\uA490-\uA4C6\uA4FE-\uA4FF\uA60D-\uA60F\uA66F-\uA67E\uA69F\uA6F0-\uA6F7'
      '\uA700-\uA716\uA720-\uA721\uA789-\uA78A\uA802\uA806\uA80B\uA823-\uA82B\uA836-\uA839\uA874-\uA877'
      '\uA880-\uA881\uA8B4-\uA8C4\uA8CE-\uA8CF\uA8E0-\uA8F1\uA8F8-\uA8FA\uA926-\uA92F\uA947-\uA953'
      '\uA95F\uA980-\uA983\uA9B3-\uA9CD\uA9DE-\uA9DF\uAA29-\uAA36\uAA43\uAA4C-\uAA4D\uAA5C-\uAA5F'
      '\uAA77-\uAA79\uAA7B\uAAB0\uAAB2-\uAAB4\uAAB7-\uAAB8\uAABE-\uAABF\uAAC1\uAADE-\uAADF\uAAEB-\uAAF1'
      '\uAAF5-\uAAF6\uABE3-\uABED\uFB1E\uFB29\uFBB2-\uFBC1\uFD3E-\uFD3F\uFDFC-\uFDFD\uFE00-\uFE19'
      '\uFE20-\uFE26\uFE30-\uFE52\uFE54-\uFE66\uFE68-\uFE6B\uFEFF\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-'
      '\uFF40\uFF5B-\uFF65\uFFE0-\uFFE6\uFFE8-\uFFEE\uFFF9-\uFFFF\U00010100-\U00010102\U00010137-'
      '\U0001013F\U00010179-\U00010189\U00010190-\U0001019B\U000101D0-\U000101FD\U0001039F\U000103D0'
      '\U00010857\U0001091F\U0001093F\U00010A01-\U00010A03\U00010A05-\U00010A06\U00010A0C-\U00010A0F'
      '\U00010A38-\U00010A3A\U00010A3F\U00010A50-\U00010A58\U00010A7F\U00010B39-\U00010B3F\U00011000-'
      '\U00011002\U00011038-\U0001104D\U00011080-\U00011082\U000110B0-\U000110C1\U00011100-\U00011102'
      '\U00011127-\U00011134\U00011140-\U00011143\U00011180-\U00011182\U000111B3-\U000111C0\U000111C5-'
      '\U000111C8\U000116AB-\U000116B7\U00012470-\U00012473\U00016F51-\U00016F7E\U00016F8F-\U00016F92'
      '\U0001D000-\U0001D0F5\U0001D100-\U0001D126\U0001D129-\U0001D1DD\U0001D200-\U0001D245\U0001D300-'
      '\U0001D356\U0001D6C1\U0001D6DB\U0001D6FB\U0001D715\U0001D735\U0001D74F\U0001D76F\U0001D789'
      '\U0001D7A9\U0001D7C3\U0001EEF0-\U0001EEF1\U0001F000-\U0001F02B\U0001F030-\U0001F093\U0001F0A0-'
      '\U0001F0AE\U0001F0B1-\U0001F0BE\U0001F0C1-\U0001F0CF\U0001F0D1-\U0001F0DF\U0001F110-\U0001F12E'
      '\U0001F130-\U0001F16B\U0001F170-\U0001F19A\U0001F1E6-\U0001F202\U0001F210-\U0001F23A\U0001F240-'
      '\U0001F248\U0001F250-\U0001F251\U0001F300-\U0001F320\U0001F330-\U0001F335\U0001F337-\U0001F37C'
      '\U0001F380-\U0001F393\U0001F3A0-\U0001F3C4\U0001F3C6-\U0001F3CA\U0001F3E0-\U0001F3F0\U0001F400-'
      '\U0001F43E\U0001F440\U0001F442-\U0001F4F7\U0001F4F9-\U0001F4FC\U0001F500-\U0001F53D\U0001F540-'
      '\U0001F543\U0001F550-\U0001F567\U0001F5FB-\U0001F640\U0001F645-\U0001F64F\U0001F680-\U0001F6C5'
      '\U0001F700-\U0001F773\U000E0001\U000E0020-\U000E007F\U000E0100-\U000E01EF'
      ']+')
    END, '')
$$;
-- Words with their places; the next text begins far behind the one before, so that no phrase spans two.
-- In PL/pgSQL, which keeps the plan: a function in SQL would be planned anew for each row.
CREATE FUNCTION word_places(VARIADIC texts text[]) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CAST(coalesce((
    SELECT string_agg(format('''%s'':%s', left(word, 250), least((field - 1) * 4000 + place, 16383)), ' ')
    FROM unnest(texts) WITH ORDINALITY AS given (written, field)
    CROSS JOIN LATERAL unnest(words_of(written)) WITH ORDINALITY AS words (word, place)
  ), '') AS tsvector);
END $$;
-- A query of quoted words, as FTS5 reads it: side by side or with AND, OR and brackets, a star for a beginning.
-- Quotes without a word in them are passed over, or match nothing where an operator stands beside them.
CREATE FUNCTION word_query(asked text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  part text[];
  phrase text;
  built text := '';
  operand boolean := false;
BEGIN
  FOR part IN SELECT regexp_matches(asked, '"([^"]*)"(\*?)|(AND|OR|[()])', 'g') LOOP
    IF part[3] IS NULL OR part[3] = '(' THEN
      phrase := '(';
      IF part[3] IS NULL THEN
        SELECT string_agg(format('''%s''', left(word, 250)), '<->' ORDER BY place) INTO phrase
        FROM unnest(words_of(part[1])) WITH ORDINALITY AS words (word, place);
        CONTINUE WHEN phrase IS NULL AND asked !~ '" (AND|OR) ["(]';
        phrase := '(' || coalesce(phrase || CASE part[2] WHEN '*' THEN ':*' ELSE '' END, ''' ''') || ')';
      END IF;
      built := built || CASE WHEN operand THEN '&' ELSE '' END || phrase;
      operand := part[3] IS NULL;
    ELSE
      built := built || CASE part[3] WHEN 'AND' THEN '&' WHEN 'OR' THEN '|' ELSE ')' END;
      operand := part[3] = ')';
    END IF;
  END LOOP;
  RETURN built;
END $$;

-- The words of the items that are filed, and of all hits.
CREATE TABLE item_words (number bigint PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX item_words_words ON item_words USING gin (words);
CREATE FUNCTION change_item_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE item_words SET words = word_places(new.title, new.original_script, new.reference) WHERE number = new.number;
  RETURN NULL;
END $$;
CREATE TRIGGER item_words_changed AFTER UPDATE OF title, original_script, reference ON item FOR EACH ROW
WHEN ((old.title, old.original_script, old.reference) IS DISTINCT FROM (new.title, new.original_script, new.reference))
EXECUTE FUNCTION change_item_words();
CREATE TABLE hit_words (id bigint PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX hit_words_words ON hit_words USING gin (words);
CREATE FUNCTION change_hit_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO hit_words VALUES (new.id, word_places(new.title))
  ON CONFLICT (id) DO UPDATE SET words = excluded.words;
  RETURN NULL;
END $$;
CREATE TRIGGER hit_words_added AFTER INSERT ON hit FOR EACH ROW EXECUTE FUNCTION change_hit_words();
CREATE TRIGGER hit_words_changed AFTER UPDATE OF title ON hit FOR EACH ROW
WHEN (old.title IS DISTINCT FROM new.title) EXECUTE FUNCTION change_hit_words();

-- Deliveries that are dead, found without an index that names their state: it would have each delivery that only changes
-- its state written anew into every index.
CREATE TABLE delivery_dead (item bigint NOT NULL, recipient bigint NOT NULL, PRIMARY KEY (item, recipient));
CREATE FUNCTION keep_dead_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM delivery_dead WHERE item = old.item AND recipient = old.recipient;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO delivery_dead SELECT new.item, new.recipient WHERE new.state = 'dead';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER delivery_added_dead AFTER INSERT ON delivery FOR EACH ROW
WHEN (new.state = 'dead') EXECUTE FUNCTION keep_dead_delivery();
CREATE TRIGGER delivery_changed_dead AFTER UPDATE ON delivery FOR EACH ROW
WHEN (old.state = 'dead' OR new.state = 'dead') EXECUTE FUNCTION keep_dead_delivery();
CREATE TRIGGER delivery_removed_dead AFTER DELETE ON delivery FOR EACH ROW
WHEN (old.state = 'dead') EXECUTE FUNCTION keep_dead_delivery();

CREATE TRIGGER record_dropped AFTER DELETE ON record FOR EACH ROW EXECUTE FUNCTION keep_given_number();
CREATE TRIGGER watched_dropped AFTER DELETE ON watched FOR EACH ROW EXECUTE FUNCTION keep_given_number();

-- The log is append-only, in the order of its numbers.
CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log();
CREATE FUNCTION check_order_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  first bigint;
  last bigint;
  n bigint;
BEGIN
  SELECT min(seq), max(seq), count(*) INTO first, last, n FROM added;
  IF last - first + 1 <> n OR first <> 1 + coalesce((SELECT max(seq) FROM event WHERE seq < first), 0)
    OR EXISTS (SELECT 1 FROM event WHERE seq > last)
  THEN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_is_only_appended AFTER INSERT ON event REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION check_order_of_log();

-- Rows that change often: cleared of their old versions before these are many.
ALTER TABLE delivery SET (autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE item SET (autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE desk SET (autovacuum_vacuum_scale_factor = 0.01, fillfactor = 20);
ALTER TABLE head SET (autovacuum_vacuum_scale_factor = 0.01, fillfactor = 20);
ALTER TABLE counter SET (autovacuum_vacuum_scale_factor = 0.01, fillfactor = 50);
