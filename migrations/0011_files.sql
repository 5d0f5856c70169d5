-- Files that steps wrote. Large values of the journal are another thing: those are kept in `blob`.
create table file (
    file_id blob not null primary key,
    workspace_id blob not null,
    -- It is deleted with this run. A step without effects may write before its run is stored.
    run_id blob not null,
    name text not null,
    mime text not null,
    size_bytes integer not null default 0,
    -- Absent until the file is finished; nobody can open it before.
    sha256 blob,
    created_ms integer not null
);
create index file_of_run on file (run_id);
create index file_by_age on file (created_ms);

create table file_piece (
    file_id blob not null references file (file_id) on delete cascade,
    number integer not null,
    bytes blob not null,
    primary key (file_id, number)
);
