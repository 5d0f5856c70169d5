"""What the actions take and answer, and what the credential consists of."""

from service import HOSTS

ORDER = {
    "type": "object",
    "required": ["recipient", "depot"],
    "additionalProperties": False,
    "properties": {
        "recipient": {"type": "string", "title": "Recipient", "minLength": 1},
        "depot": {"type": "string", "title": "Depot"},
        "weight_kg": {
            "type": "number",
            "title": "Weight",
            "description": "In kilograms",
            "exclusiveMinimum": 0,
            "default": 1,
        },
    },
}

PAGE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "page_size": {
            "type": "integer",
            "title": "Page size",
            "minimum": 1,
            "maximum": 100,
            "default": 50,
            "x-ui": {"advanced": True},
        },
    },
}

PARCEL = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "string"},
        "recipient": {"type": "string"},
        "status": {"enum": ["created", "delivered"]},
        "created_at": {"type": "integer", "description": "UTC milliseconds"},
        "delivered_at": {"type": "integer", "description": "UTC milliseconds"},
    },
}

ACCOUNT = {
    "title": "Account",
    "docs": "Make a client under **Settings → API** of your Parcels account.",
    "fields": {
        "base_url": {"title": "Address of the service", "secret": False},
        "client_id": {"title": "Client ID", "secret": False},
        "client_secret": {"title": "Client secret", "optional": True},
        "access_token": {"title": "Access token", "optional": True},
        "webhook_secret": {"title": "Webhook secret", "optional": True, "uses": ["hmac"]},
    },
    "oauth2": {"grant": "client_credentials", "token": "{base_url}/oauth/token"},
    "inject": [{"in": "header", "name": "authorization", "format": "Bearer {access_token}", "hosts": HOSTS}],
}
