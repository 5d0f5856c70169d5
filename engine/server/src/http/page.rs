//! Lists page by page: `{items, next}`, where `next` is the cursor of the next page.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{Code, Problem};

const DEFAULT_LIMIT: u32 = 50;
const LARGEST_LIMIT: u32 = 200;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Ask with `?cursor=` for what follows; absent at the end.
    #[schema(required)]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A list that is short by nature and comes whole.
    pub fn whole(items: Vec<T>) -> Page<T> {
        Page { items, next: None }
    }

    /// A page of the first `limit` items; one more was asked for, to know whether anything follows.
    pub fn of(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Page<T> {
        let limit = limit as usize;
        let next = (items.len() > limit).then(|| items.get(limit - 1).map(cursor)).flatten();
        items.truncate(limit);
        Page { items, next }
    }
}

/// Which page is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items per page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    pub fn limit(&self) -> Result<u32, Problem> {
        limit(self.limit)
    }

    pub fn cursor<C: FromStr>(&self) -> Result<Option<C>, Problem> {
        cursor(self.cursor.as_deref())
    }
}

pub fn limit(given: Option<u32>) -> Result<u32, Problem> {
    match given {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=LARGEST_LIMIT) => Ok(limit),
        Some(_) => {
            let detail = format!("`limit` must be between 1 and {LARGEST_LIMIT}.");
            Err(Problem::new(Code::MalformedRequest, detail).at_field("limit"))
        }
    }
}

pub fn cursor<C: FromStr>(given: Option<&str>) -> Result<Option<C>, Problem> {
    let refused = |_| Problem::new(Code::BadCursor, "Use `next` of the page before as it is.").at_field("cursor");
    given.map(|text| text.parse().map_err(refused)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_next_only_when_something_follows() {
        let page = |items: Vec<u32>| Page::of(items, 2, u32::to_string);
        assert_eq!(page(vec![]).next, None);
        assert_eq!(page(vec![1, 2]).next, None);
        let page = page(vec![1, 2, 3]);
        assert_eq!((page.items, page.next.as_deref()), (vec![1, 2], Some("2")));
    }

    #[test]
    fn limits_and_cursors_are_checked() {
        assert_eq!(limit(None).unwrap(), 50);
        assert_eq!(limit(Some(200)).unwrap(), 200);
        assert_eq!(limit(Some(0)).unwrap_err().code(), "malformed_request");
        assert_eq!(limit(Some(201)).unwrap_err().code(), "malformed_request");
        assert_eq!(cursor::<u32>(Some("x")).unwrap_err().code(), "bad_cursor");
        assert_eq!(cursor::<u32>(Some("7")).unwrap(), Some(7));
    }
}
