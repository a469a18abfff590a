//! A room's link as a picture that telephones read.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::actions::caller::Caller;
use crate::actions::rooms::named;
use crate::http::error::ApiError;
use crate::http::sender::{Sender, page_root};
use crate::serve::App;

/// Pixels at least, on a screen that draws it as it is; it is drawn sharp at any size.
const SIZE: u32 = 240;

/// The link of a room as a QR code
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{address}/qr.svg",
    tag = "rooms",
    operation_id = "draw_room_qr_code",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    responses(
        (status = 200, description = "The picture", body = String, content_type = "image/svg+xml"),
        (status = 400, description = "`invalid_address`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 409, description = "`not_set_up`", body = ApiError),
    )
)]
pub(super) async fn draw(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(address): Path<String>,
    sender: Sender,
) -> Result<impl IntoResponse, ApiError> {
    let tx = app.store.begin_read().await?;
    let (room, _) = named(&tx, &caller, &address).await?;
    let root = page_root(app.settings.public_url.as_ref(), &sender, app.address);
    let kind = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((kind, picture(&format!("{root}/{}", room.address))))
}

fn picture(link: &str) -> String {
    let code = QrCode::with_error_correction_level(link, EcLevel::M);
    // Black on white whatever the page's colours: that is what cameras look for.
    code.expect("a host's name and a room's address fit by far")
        .render::<svg::Color<'_>>()
        .min_dimensions(SIZE, SIZE)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build()
}
