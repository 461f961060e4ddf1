//! All that is asked of PostgreSQL in the course of requests.
//!
//! Everything lies in one table, and each statement finds its rows by the primary key: equal, or a
//! range in the order of the bytes. The planner is kept from other ways (see [`SESSION`]): it does not
//! know how large the parameters are, and a wrong guess would read the table from end to end.

/// What each connection is told when it is made.
///
/// The limits of time are below the runtime's for a handler, so that a statement is given up by the
/// server before its caller gives up on the server. Without an instance behind it a transaction ends
/// at once, because its connection does; the limit for idle ones is for an instance that is cut off.
pub(super) const SESSION: &str = "
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET jit = off;
    SET plan_cache_mode = force_generic_plan;
    SET statement_timeout = '20s';
    SET idle_in_transaction_session_timeout = '60s';
    SET client_min_messages = error";

/// For reading: one snapshot, and no locks.
pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// For writing. Each statement sees what was committed before it, and [locks](super::locks) keep what
/// was read as it was. The lock on a table that nobody reads delays whoever writes while somebody has
/// the database alone; one of this kind costs next to nothing.
pub(super) const BEGIN_WRITE: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE stacklets_turns IN ROW SHARE MODE";

/// For writing after several conflicts: nobody else writes meanwhile, so there is none.
pub(super) const BEGIN_ALONE: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE stacklets_turns IN EXCLUSIVE MODE";

/// For migrations, which may take long.
pub(super) const BEGIN_MIGRATION: &str = "
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    LOCK TABLE stacklets_turns IN EXCLUSIVE MODE";

/// After how many conflicts a unit of work gets the database for itself.
pub(super) const PATIENCE: u32 = 3;

/// Takes locks, and waits for those that others have.
pub(super) const LOCK: &str = "
    SELECT pg_advisory_xact_lock_shared(number)::text FROM unnest($1::bigint[]) AS number UNION ALL
    SELECT pg_advisory_xact_lock(number)::text FROM unnest($2::bigint[]) AS number";

/// Takes locks; that one is not to be had at once is an error, a division by zero, so that what was
/// sent after it fails as well.
pub(super) const LOCK_AT_ONCE: &str = "
    SELECT 1 / pg_try_advisory_xact_lock_shared(number)::int FROM unnest($1::bigint[]) AS number UNION ALL
    SELECT 1 / pg_try_advisory_xact_lock(number)::int FROM unnest($2::bigint[]) AS number";

pub(super) const GET: &str = "SELECT value FROM stacklets_records WHERE kind = $1 AND key = $2";

pub(super) const SCAN: &str = "
    SELECT key, value FROM stacklets_records WHERE kind = $1 AND key >= $2 AND key < $3
    ORDER BY key OFFSET $4 LIMIT $5";

pub(super) const COUNT: &str = "SELECT count(*) FROM stacklets_records WHERE kind = $1 AND key >= $2 AND key < $3";

pub(super) const PUT: &str = "
    INSERT INTO stacklets_records (kind, key, value)
    SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[])
    ON CONFLICT (kind, key) DO UPDATE SET value = EXCLUDED.value";

pub(super) const REMOVE: &str = "
    DELETE FROM stacklets_records USING unnest($1::text[], $2::bytea[]) AS gone (kind, key)
    WHERE stacklets_records.kind = gone.kind AND stacklets_records.key = gone.key";

pub(super) const NEXT_NUMBER: &str = "SELECT nextval($1::text::regclass)";

/// The transaction's number, by which [`FATE`] finds out what became of it.
pub(super) const TRANSACTION: &str = "SELECT pg_current_xact_id()::text";

/// `committed`, `aborted`, `in progress`, or nothing where it was too long ago.
pub(super) const FATE: &str = "SELECT pg_xact_status($1::text::xid8)";

/// Counts a request: one row a caller, which the statement locks, so the count is exact whoever
/// counts at the same time; the clock is the server's. One more than the limit means: exceeded.
pub(super) const TAKE: &str = "
    INSERT INTO stacklets_rates AS rate (caller, began, used) VALUES ($1, clock_timestamp(), 1)
    ON CONFLICT (caller) DO UPDATE SET
        began = CASE WHEN rate.began + $3::int8 * interval '1 microsecond' <= clock_timestamp()
            THEN clock_timestamp() ELSE rate.began END,
        used = CASE WHEN rate.began + $3::int8 * interval '1 microsecond' <= clock_timestamp()
            THEN 1 ELSE least(rate.used, $2::int8) + 1 END
    RETURNING used,
        greatest(0, $3::int8 - (extract(epoch FROM clock_timestamp() - began) * 1000000)::int8)";

/// Forgets callers whose window has ended; those that somebody counts at this moment have not.
pub(super) const SWEEP: &str = "
    DELETE FROM stacklets_rates WHERE caller IN (
        SELECT caller FROM stacklets_rates
        WHERE began + $1::int8 * interval '1 microsecond' <= clock_timestamp()
        FOR UPDATE SKIP LOCKED)";
