"""What the API and the pages share of HTTP: dependencies, request schemas, middleware, problems."""
