CREATE TABLE batches (
	id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	principal TEXT NOT NULL,
	system VARCHAR(20) NOT NULL,
	account TEXT NOT NULL,
	tool VARCHAR(40) NOT NULL,
	"plan" VARCHAR(64) NOT NULL,
	stage VARCHAR(10) NOT NULL,
	says TEXT NOT NULL,
	steps JSON NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE changes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	at FLOAT NOT NULL,
	settled_at FLOAT,
	principal TEXT NOT NULL,
	system VARCHAR(20) NOT NULL,
	account TEXT NOT NULL,
	tool VARCHAR(40) NOT NULL,
	verb VARCHAR(20) NOT NULL,
	noun VARCHAR(40) NOT NULL,
	record INTEGER,
	"before" JSON,
	sent JSON NOT NULL,
	"after" JSON,
	outcome VARCHAR(10) NOT NULL,
	undoes INTEGER,
	holder TEXT NOT NULL,
	tick INTEGER,
	clock TEXT,
	stamp FLOAT,
	part_of INTEGER,
	step INTEGER
);
CREATE INDEX changes_by_batch ON changes (part_of);
CREATE INDEX changes_by_record ON changes (account, noun, record);
CREATE INDEX changes_by_time ON changes (at);
CREATE TABLE consents (
	code VARCHAR(64) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	answer VARCHAR(10) NOT NULL,
	binding VARCHAR(64) NOT NULL,
	system VARCHAR(20) NOT NULL,
	account TEXT NOT NULL,
	principal TEXT NOT NULL,
	tool VARCHAR(40) NOT NULL,
	noun VARCHAR(40) NOT NULL,
	record INTEGER NOT NULL,
	asked FLOAT NOT NULL,
	expires FLOAT NOT NULL,
	shown JSON NOT NULL,
	PRIMARY KEY (code)
);
CREATE TABLE gates (
	account TEXT NOT NULL,
	closed_at FLOAT NOT NULL,
	closed_until FLOAT NOT NULL,
	strikes INTEGER NOT NULL,
	probe_until FLOAT NOT NULL,
	PRIMARY KEY (account)
);
CREATE TABLE meta (
	name VARCHAR(40) NOT NULL,
	value INTEGER NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE said (
	digest VARCHAR(64) NOT NULL,
	at FLOAT NOT NULL,
	change INTEGER NOT NULL,
	PRIMARY KEY (digest)
);
CREATE TABLE tickets (
	digest VARCHAR(64) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	expires FLOAT NOT NULL,
	held JSON NOT NULL,
	PRIMARY KEY (digest)
);
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
INSERT INTO meta (name, value) VALUES ('version', 4);
INSERT INTO meta (name, value) VALUES ('tick', 0)
