//! The tables of the first release that knew PostgreSQL.
//!
//! One table has all records. `kind` is the table of the store, and both columns of the key sort by
//! their bytes. Room is left in each page, so that a changed record stays in its own. Another,
//! always empty, is what writers queue for. Windows of the rate limit need not survive a crash.

pub(super) const STATEMENTS: &str = r#"
    CREATE TABLE stacklets_records (
        kind text COLLATE "C" NOT NULL,
        key bytea NOT NULL,
        value bytea NOT NULL,
        PRIMARY KEY (kind, key)
    ) WITH (fillfactor = 85);
    CREATE TABLE stacklets_turns ();
    CREATE UNLOGGED TABLE stacklets_rates (
        caller text COLLATE "C" PRIMARY KEY,
        began timestamptz NOT NULL,
        used bigint NOT NULL
    ) WITH (fillfactor = 50)
"#;
