-- What runs that share values do not show of each other, and how long the history of a run is.

-- The first of the runs this one shares values with: one of them started it, or is repeated by it.
alter table run add column root_run_id blob;
create index run_by_root on run (root_run_id, run_id) where root_run_id is not null;

-- How many events the journal has.
alter table run add column events integer not null default 0;

-- The revisions with masks that ran among such runs, and how many runs of each there ever were. Kept apart from the runs,
-- because what one of them hides is still in the others when it is deleted.
create table family_mask (
    root_run_id blob not null,
    workflow_id blob not null,
    number integer not null,
    is_root integer not null,
    runs integer not null,
    primary key (root_run_id, workflow_id, number, is_root)
) without rowid;

create trigger run_joins_family after insert on run
when new.root_run_id is not null
begin
    insert into family_mask (root_run_id, workflow_id, number, is_root, runs)
    select new.root_run_id, revision_mask.workflow_id, revision_mask.number, 0, 1 from revision_mask
    where revision_mask.workflow_id = new.workflow_id and revision_mask.number = new.revision
    on conflict do update set runs = runs + 1;
    insert or ignore into family_mask (root_run_id, workflow_id, number, is_root, runs)
    select root.run_id, revision_mask.workflow_id, revision_mask.number, 1, 1 from run as root
    join revision_mask on revision_mask.workflow_id = root.workflow_id and revision_mask.number = root.revision
    where root.run_id = new.root_run_id;
end;
