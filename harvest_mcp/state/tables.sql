-- The tables of the state store, for both databases; whoever changes one adds the step that leads there to steps.py.

CREATE TABLE meta (
	name VARCHAR(40) NOT NULL PRIMARY KEY,
	value INTEGER NOT NULL
);

-- `tick` is when a change was settled, by the store's own count; `stamp` when it last changed, in seconds on `clock`.
-- `at` and `settled_at` are for people, and order nothing: they may come from several machines (clock.py).
CREATE TABLE changes (
	id BIGSERIAL NOT NULL PRIMARY KEY,
	at FLOAT NOT NULL,
	settled_at FLOAT,
	principal TEXT NOT NULL,
	system VARCHAR(20) NOT NULL,
	account TEXT NOT NULL,
	tool VARCHAR(40) NOT NULL,
	verb VARCHAR(20) NOT NULL,
	noun VARCHAR(40) NOT NULL,
	record BIGINT,
	"before" JSON,
	sent JSON NOT NULL,
	"after" JSON,
	outcome VARCHAR(10) NOT NULL,
	undoes BIGINT,
	holder TEXT NOT NULL,
	tick BIGINT,
	clock TEXT,
	stamp FLOAT,
	part_of BIGINT,
	step INTEGER
);
CREATE INDEX changes_by_account ON changes (account, id);
CREATE INDEX changes_by_batch ON changes (part_of);
CREATE INDEX changes_by_record ON changes (account, noun, record);

-- Many changes that were planned, agreed to and are undone as one; each is a row of `changes` with its `part_of`.
CREATE TABLE batches (
	id BIGINT NOT NULL PRIMARY KEY,
	at FLOAT NOT NULL,
	principal TEXT NOT NULL,
	system VARCHAR(20) NOT NULL,
	account TEXT NOT NULL,
	tool VARCHAR(40) NOT NULL,
	plan VARCHAR(64) NOT NULL,
	stage VARCHAR(10) NOT NULL,
	says TEXT NOT NULL,
	steps JSON NOT NULL
);

-- Creates of the last minutes by what they say; the primary key lets exactly one of two at the same instant win.
CREATE TABLE said (
	digest VARCHAR(64) NOT NULL PRIMARY KEY,
	at FLOAT NOT NULL,
	change BIGINT NOT NULL
);

-- Questions that wait for a yes, with what a person is shown; a consent is used up by deleting its row.
CREATE TABLE consents (
	code VARCHAR(64) NOT NULL PRIMARY KEY,
	kind VARCHAR(10) NOT NULL,
	answer VARCHAR(10) NOT NULL,
	binding VARCHAR(64) NOT NULL,
	system VARCHAR(20) NOT NULL,
	account TEXT NOT NULL,
	principal TEXT NOT NULL,
	tool VARCHAR(40) NOT NULL,
	noun VARCHAR(40) NOT NULL,
	record BIGINT NOT NULL,
	asked FLOAT NOT NULL,
	expires FLOAT NOT NULL,
	shown JSON NOT NULL
);

-- Who is held back and until when, in seconds on the clock all callers share (gateway/shared.py).
CREATE TABLE gates (
	account TEXT NOT NULL PRIMARY KEY,
	closed_at FLOAT NOT NULL,
	closed_until FLOAT NOT NULL,
	strikes INTEGER NOT NULL,
	probe_until FLOAT NOT NULL
);

-- What people connected: one account of each system, its credentials sealed for exactly this row (vault/ring.py).
CREATE TABLE vault (
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	system VARCHAR(20) NOT NULL,
	account TEXT NOT NULL,
	sealed TEXT NOT NULL,
	expires FLOAT,
	connected_by TEXT NOT NULL,
	connected_at FLOAT NOT NULL,
	standing VARCHAR(10) NOT NULL,
	PRIMARY KEY (issuer, subject, system)
);

-- Links, and sign-ins of browsers, by digests of what people hold; one that counts once is used up by deleting it.
CREATE TABLE tickets (
	digest VARCHAR(64) NOT NULL PRIMARY KEY,
	kind VARCHAR(10) NOT NULL,
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	expires FLOAT NOT NULL,
	held JSON NOT NULL
);
