//! What the description of the API says of the requests that this server makes: those to webhooks, one for each event.

use meetings::webhook::Event;
use utoipa::OpenApi;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, Ref, Required, ResponseBuilder};

use crate::webhooks::{MeetingNews, ParticipantNews, RoomNews, Told};

/// The headers of each delivery (Standard Webhooks 1.0.0).
const HEADERS: [(&str, &str); 3] = [
    (
        "webhook-id",
        "Which delivery; the same when it is tried or told again",
    ),
    ("webhook-timestamp", "When it is sent, in seconds since 1970"),
    (
        "webhook-signature",
        "`v1,` and the HMAC-SHA256 (base64) over id, timestamp and body, between dots, with the webhook's secret",
    ),
];

/// What those who hear must reckon with.
const ORDER: &str = "Deliveries may overtake each other, and come twice when an answer was lost: the times in the data say \
    what was first, and `webhook-id` what was heard already.";

#[derive(OpenApi)]
#[openapi(components(schemas(Told<RoomNews>, Told<MeetingNews>, Told<ParticipantNews>)))]
struct Bodies;

/// The requests, with the schemas of their bodies.
pub(super) fn described() -> utoipa::openapi::OpenApi {
    let mut whole = Bodies::openapi();
    let paths = Event::all().fold(Paths::new(), |mut paths, event| {
        let (summary, schema) = match event {
            Event::RoomCreated => ("A room was made", "Told_RoomNews"),
            Event::RoomChanged => (
                "A room's name, address, padlock, owner or limit changed",
                "Told_RoomNews",
            ),
            Event::RoomDeleted => ("A room was taken away", "Told_RoomNews"),
            Event::MeetingStarted => ("A meeting began", "Told_MeetingNews"),
            Event::MeetingEnded => ("A meeting ended", "Told_MeetingNews"),
            Event::ParticipantJoined => ("Somebody came into a meeting", "Told_ParticipantNews"),
            Event::ParticipantLeft => ("Somebody left a meeting", "Told_ParticipantNews"),
        };
        let body = RequestBodyBuilder::new()
            .content(
                "application/json",
                Content::new(Some(Ref::from_schema_name(schema))),
            )
            .required(Some(Required::True));
        let heard =
            ResponseBuilder::new().description("It was heard; any other answer has it tried again for a day");
        let mut operation = OperationBuilder::new()
            .tag("webhooks")
            .summary(Some(summary))
            .description(Some(ORDER))
            .operation_id(Some(format!("hear_{}", event.word().replace('.', "_"))))
            .request_body(Some(body.build()))
            .response("2XX", heard.build());
        for (name, about) in HEADERS {
            let header = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .required(Required::True)
                .description(Some(about))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
            operation = operation.parameter(header);
        }
        let item = PathItem::new(HttpMethod::Post, operation);
        paths.paths.insert(event.word().to_owned(), item);
        paths
    });
    whole.webhooks = Some(paths);
    whole
}
