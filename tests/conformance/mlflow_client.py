"""Drives a model registry with MLflow's own client and prints one JSON line per step.

The registry under test is MLFLOW_TRACKING_URI, the token MLFLOW_TRACKING_TOKEN. Steps print what the client made of
the answers; a refused call prints the error code the client saw. Against MLflow's own server the lines are the same.
"""

import json

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

client = MlflowClient()


def step(name, call):
    try:
        seen = call()
    except MlflowException as error:
        seen = {"error": error.error_code, "status": error.get_http_status_code()}
    print(json.dumps({"step": name, "seen": seen}), flush=True)


def model(entity):
    return {
        "name": entity.name,
        "description": entity.description or "",
        "tags": dict(entity.tags),
        "aliases": dict(entity.aliases),
        "latest": sorted([v.current_stage, str(v.version)] for v in entity.latest_versions),
    }


def version(entity):
    return {
        "version": str(entity.version),
        "stage": entity.current_stage,
        "source": entity.source,
        "description": entity.description or "",
        "tags": dict(entity.tags),
        "aliases": list(entity.aliases),
        "status": entity.status,
    }


def versions(found):
    return [[v.name, str(v.version)] for v in found]


SOURCE = "s3://models/risk"

step("create", lambda: model(client.create_registered_model("risk", tags={"team": "fraud"}, description="first")))
step("create again", lambda: model(client.create_registered_model("risk")))
step("create without a name", lambda: model(client.create_registered_model("")))
step("create with a slash", lambda: model(client.create_registered_model("a/b")))
step("get", lambda: model(client.get_registered_model("risk")))
step("get unknown", lambda: model(client.get_registered_model("nobody")))
step("update", lambda: model(client.update_registered_model("risk", "second")))
step("set tag", lambda: client.set_registered_model_tag("risk", "tier", "1"))
step("delete tag", lambda: client.delete_registered_model_tag("risk", "team"))
step("delete tag that is not there", lambda: client.delete_registered_model_tag("risk", "team"))

step("version 1", lambda: version(client.create_model_version("risk", SOURCE, tags={"auc": "0.9"})))
step("version 2", lambda: version(client.create_model_version("risk", SOURCE, description="two")))
step("version 3", lambda: version(client.create_model_version("risk", SOURCE)))
step("version of unknown", lambda: version(client.create_model_version("nobody", SOURCE)))
step("get version", lambda: version(client.get_model_version("risk", "1")))
step("get version unknown", lambda: version(client.get_model_version("risk", "9")))
step("update version", lambda: version(client.update_model_version("risk", "2", "changed")))
step("download uri", lambda: client.get_model_version_download_uri("risk", "1"))
step("set version tag", lambda: client.set_model_version_tag("risk", "1", "auc", "0.91"))
step("delete version tag", lambda: client.delete_model_version_tag("risk", "1", "auc"))

step("set alias", lambda: client.set_registered_model_alias("risk", "champion", "2"))
step("follow alias", lambda: version(client.get_model_version_by_alias("risk", "champion")))
step("follow latest", lambda: version(client.get_model_version_by_alias("risk", "latest")))
step("set alias to unknown version", lambda: client.set_registered_model_alias("risk", "champion", "9"))
step("set reserved alias", lambda: client.set_registered_model_alias("risk", "v1", "1"))
step("follow unknown alias", lambda: version(client.get_model_version_by_alias("risk", "nobody")))
step("follow alias of unknown", lambda: version(client.get_model_version_by_alias("nobody", "champion")))
step("model with alias", lambda: model(client.get_registered_model("risk")))
step("delete alias", lambda: client.delete_registered_model_alias("risk", "champion"))
step("delete alias again", lambda: client.delete_registered_model_alias("risk", "champion"))

step("to staging", lambda: version(client.transition_model_version_stage("risk", "1", "staging")))
step("to staging, archiving", lambda: version(client.transition_model_version_stage("risk", "2", "Staging", True)))
step("archived", lambda: version(client.get_model_version("risk", "1")))
step("to nowhere", lambda: version(client.transition_model_version_stage("risk", "1", "Attic")))
step("latest", lambda: sorted(versions(client.get_latest_versions("risk"))))
step("latest of a stage", lambda: versions(client.get_latest_versions("risk", ["Staging"])))

step("second model", lambda: model(client.create_registered_model("churn", tags={"team": "crm"})))
step("search models", lambda: [m.name for m in client.search_registered_models()])
step("search by name", lambda: [m.name for m in client.search_registered_models("name LIKE 'ch%'")])
step("search by tag", lambda: [m.name for m in client.search_registered_models("tags.team = 'crm'")])
step("search nonsense", lambda: [m.name for m in client.search_registered_models("colour = 'red'")])
step("search descending", lambda: [m.name for m in client.search_registered_models(order_by=["name DESC"])])
step("search versions", lambda: versions(client.search_model_versions("name = 'risk'")))
step("search versions in order", lambda: versions(client.search_model_versions("name='risk'", order_by=["version_number ASC"])))


def pages():
    first = client.search_model_versions("name = 'risk'", max_results=2)
    second = client.search_model_versions("name = 'risk'", max_results=2, page_token=first.token)
    return [versions(first), versions(second), second.token or ""]


step("pages", pages)

step("delete version", lambda: client.delete_model_version("risk", "3"))
step("deleted version", lambda: version(client.get_model_version("risk", "3")))
step("numbers are not reused", lambda: version(client.create_model_version("risk", SOURCE)))
step("rename", lambda: client.rename_registered_model("churn", "retention"))
step("renamed", lambda: model(client.get_registered_model("retention")))
step("rename onto another", lambda: client.rename_registered_model("retention", "risk"))
step("rename unknown", lambda: client.rename_registered_model("nobody", "somebody"))
step("delete", lambda: client.delete_registered_model("risk"))
step("deleted", lambda: model(client.get_registered_model("risk")))
step("delete unknown", lambda: client.delete_registered_model("risk"))
