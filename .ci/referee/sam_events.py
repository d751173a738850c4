"""Answers each request with the event that `sam local start-api` would make of it."""

import base64
import json
import sys

from flask import Flask, Response, request
from samcli.local.apigw.event_constructor import construct_v1_event
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

PORT = int(sys.argv[1])
METHODS = ["GET", "DELETE", "PUT", "POST", "HEAD", "OPTIONS", "PATCH"]
app = Flask(__name__)


def echo(**_):
    event = json.dumps(construct_v1_event(request, PORT, ["*/*"], "api"))
    headers = {"X-Event": base64.b64encode(event.encode()).decode()} if len(event) < 9000 else {}
    return Response(event, headers=headers, mimetype="application/json")


# Endpoints are named after the resources, and the stage is no part of a path.
for resource in ("/v1/files/<id>", "/v1/<path:proxy>"):
    app.add_url_rule(resource, endpoint=resource, view_func=echo, methods=METHODS, provide_automatic_options=False)

app.wsgi_app = DispatcherMiddleware(NotFound(), {"/api": app.wsgi_app})
app.run(host="127.0.0.1", port=PORT, threaded=True)
