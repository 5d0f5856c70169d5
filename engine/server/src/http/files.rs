//! Files that steps wrote, to be downloaded.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use futures::stream;

use super::caller::Caller;
use super::headers;
use super::parameters::Path;
use super::problem::{Code, Problem, ProblemBody};
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::{FileId, WorkspaceId};
use crate::store::{Store, files};

/// Download a file that a step wrote
///
/// Steps name it as `{"$blob": id}`. It is kept as long as the run that wrote it.
#[utoipa::path(get, path = "/files/{id}", operation_id = "download_file", tag = "runs", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = "4XX", body = ProblemBody)))]
pub async fn download(State(app): State<App>, caller: Caller, Path(id): Path<FileId>) -> Result<Response, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    let found = files::find(app.store(), workspace, id).await?;
    let file = found.ok_or_else(|| {
        let detail = "There is no such file in this workspace, or it was deleted with the run that wrote it.";
        Problem::new(Code::FileNotFound, detail)
    })?;
    let mut response = Response::new(pieces(app.store().clone(), workspace, id));
    let fields = response.headers_mut();
    // What a step calls its file is no reason to believe it.
    let mime = HeaderValue::from_str(&file.mime);
    fields.insert(CONTENT_TYPE, mime.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    fields.insert(CONTENT_LENGTH, HeaderValue::from(file.size_bytes.unsigned_abs()));
    fields.insert(CONTENT_DISPOSITION, attachment(&file.name));
    headers::sandbox(&mut response);
    Ok(response)
}

/// The file, read while it is sent.
fn pieces(store: Store, workspace: WorkspaceId, id: FileId) -> Body {
    Body::from_stream(stream::try_unfold((store, 0), move |(store, number)| async move {
        let piece = files::piece(&store, workspace, id, number).await?;
        Ok::<_, crate::store::StoreError>(piece.map(|bytes| (Bytes::from(bytes), (store, number + 1))))
    }))
}

/// Never shown in the page. The name is percent-encoded (RFC 8187), so nothing in it can end the field.
fn attachment(name: &str) -> HeaderValue {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded: String = name
        .bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    HeaderValue::try_from(format!("attachment; filename*=UTF-8''{encoded}")).expect("it is plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_field() {
        assert_eq!(attachment("a b\";é\r\n.csv"), "attachment; filename*=UTF-8''a%20b%22%3B%C3%A9%0D%0A.csv");
    }
}
