//! Who somebody is once known, and what that allows.

use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::{AccountId, WorkspaceId};

/// Somebody or something the server knows.
#[derive(Debug, Clone)]
pub struct Identity {
    pub kind: Kind,
    /// Absent for keys.
    pub account: Option<AccountId>,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
    pub workspace: WorkspaceId,
    pub workspace_name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    User,
    Key,
}

/// What somebody is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Owner,
}

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    ViewWorkflows,
    EditWorkflows,
    PublishWorkflows,
    ViewRuns,
    StartRuns,
    CancelRuns,
    ViewPlugins,
    ManagePlugins,
    ManageCredentials,
    Administer,
}

impl Role {
    pub fn allows(self, permission: Permission) -> bool {
        match (self, permission) {
            (
                Role::Owner,
                Permission::ViewWorkflows
                | Permission::EditWorkflows
                | Permission::PublishWorkflows
                | Permission::ViewRuns
                | Permission::StartRuns
                | Permission::CancelRuns
                | Permission::ViewPlugins
                | Permission::ManagePlugins
                | Permission::ManageCredentials
                | Permission::Administer,
            ) => true,
        }
    }
}
