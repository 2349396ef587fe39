"""The OpenAPI document: what FastAPI makes of the routes, and the request bodies it cannot see."""
