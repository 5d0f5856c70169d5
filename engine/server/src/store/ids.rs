//! Typed ids as the database sees them: bare UUIDs.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};
use uuid::Uuid;

use crate::ids::{AccountId, CredentialId, FileId, PluginTriggerId, RunId, ScheduleId, WorkflowId, WorkspaceId};

macro_rules! stored_as_uuid {
    ($($name:ident),*) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            Uuid: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                Uuid::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                Uuid::compatible(info)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            Uuid: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.0.encode_by_ref(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            Uuid: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<$name, BoxDynError> {
                Uuid::decode(value).map($name)
            }
        }
    )*};
}

stored_as_uuid!(WorkspaceId, AccountId, WorkflowId, RunId, ScheduleId, CredentialId, PluginTriggerId, FileId);
