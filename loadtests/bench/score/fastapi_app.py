"""
The bare floor as a Python team would write it: FastAPI, one Redis GET, one onnxruntime run of one row, nothing else.

    REDIS_URL MODEL_FILE FEATURES_FILE WIDTH uvicorn fastapi_app:app --loop uvloop --http httptools
"""

import os

import numpy as np
import onnxruntime as ort
import orjson
from fastapi import FastAPI, Request, Response
from redis.asyncio import Redis

width = int(os.environ["WIDTH"])
features = np.fromfile(os.environ["FEATURES_FILE"], dtype=np.float32).reshape(-1, width)
options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = ort.InferenceSession(os.environ["MODEL_FILE"], options, providers=["CPUExecutionProvider"])
redis = Redis.from_url(os.environ["REDIS_URL"])
app = FastAPI(openapi_url=None)
turn = 0


@app.post("/v1/score")
async def score(request: Request) -> Response:
    global turn
    transaction = orjson.loads(await request.body())["transaction"]
    row = await redis.get(f"features:fraud@1:card:{transaction['card_id']}")
    turn = (turn + 1) % len(features)
    (probabilities,) = session.run(["probabilities"], {"features": features[turn : turn + 1]})
    body = orjson.dumps({"score": float(probabilities[0, 1]), "known": row is not None})
    return Response(body, media_type="application/json")


@app.get("/readyz")
async def readyz() -> dict[str, bool]:
    return {"ready": True}
