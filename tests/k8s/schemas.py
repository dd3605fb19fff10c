"""Checks Kubernetes objects (JSON array on stdin) against the strict OpenAPI schemas of the versions given as
arguments, for example 1.33 1.37. Prints a JSON array of what is wrong: version, object, path, message."""

import functools
import json
import sys

from kubernetes_validate import SchemaNotFoundError, ValidationError, utils, validate

# It would read the definitions of a version, megabytes, anew for every object.
utils.schema_contents = functools.cache(utils.schema_contents)

objects = json.load(sys.stdin)
problems = []
for version in sys.argv[1:]:
    for one in objects:
        name = f"{one['kind']} {one['metadata'].get('namespace', '-')}/{one['metadata']['name']}"
        problem = {"version": version, "object": name}
        try:
            # Asked for a version it does not know, it takes an older one.
            used = validate(one, version, strict=True)
            if used != version:
                problems.append({**problem, "path": "", "message": f"no schemas of this version; newest are {used}"})
        except ValidationError as error:
            problems.append({**problem, "path": ".".join(map(str, error.path)), "message": error.message})
        except SchemaNotFoundError as error:
            problems.append({**problem, "path": "", "message": error.message})
json.dump(problems, sys.stdout)
