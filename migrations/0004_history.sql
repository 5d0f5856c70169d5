-- What keeps a long history usable: large values apart, masks that outlive their workflow, search, and the indexes of lists.

-- Values over 64 KiB, stored once by what they are. Rows of `run` and `journal` refer to them; see store/blobs.rs.
create table blob (
    sha256 blob not null primary key,
    bytes blob not null,
    size_bytes integer not null,
    created_ms integer not null
);

-- Which runs refer to a blob; without any it is deleted.
create table run_blob (
    run_id blob not null,
    sha256 blob not null,
    primary key (run_id, sha256)
) without rowid;
create index run_blob_by_sha256 on run_blob (sha256);

-- What history does not show of the runs of a revision. Outlives the workflow, because its runs do.
create table revision_mask (
    workflow_id blob not null,
    number integer not null,
    masks text not null,
    primary key (workflow_id, number)
) without rowid;

alter table run add column error_code text;

-- Failed runs are few: listing them, by workflow or by error too, may cost an index each.
drop index run_failed;
create index run_failed on run (workspace_id, status, run_id) where status in ('failed', 'cancelled');
create index run_failed_of_workflow on run (workflow_id, status, run_id) where status in ('failed', 'cancelled');
create index run_by_error on run (workspace_id, error_code, run_id) where error_code is not null;

-- Search. The index holds no text of its own; `run_indexed` tells which run a document is of.
create virtual table run_text using fts5(
    text, tag, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4 5'
);

create table run_indexed (
    document integer not null primary key,
    run_id blob not null constraint run_indexed_once unique
);

-- Every run up to here is in the index or in `run_unindexed`.
create table search_cursor (
    one integer not null primary key check (one = 1),
    run_id blob not null
);
insert into search_cursor (one, run_id) values (1, zeroblob(16));

create table run_unindexed (
    run_id blob not null primary key
) without rowid;

-- A run may be stored after the cursor has passed its id: ids are made when a run starts, not when it is first written.
create trigger run_behind_search_cursor after insert on run
when new.run_id <= (select search_cursor.run_id from search_cursor where search_cursor.one = 1)
begin
    insert or ignore into run_unindexed (run_id) values (new.run_id);
end;
