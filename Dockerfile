# One image runs every service of the bank: the command names it. docs/docker.md tells how, docker-compose.yml does it.
#
#   docker build -t firedrill .
#   docker build --build-arg NPM_CONFIG_REGISTRY=https://npm.example.com/ -t firedrill .    # behind a mirror
#
# Exercises, their causes and the engine are no part of it.

FROM node:24-slim AS packages
WORKDIR /app
# Unset, npm uses its own default.
ARG NPM_CONFIG_REGISTRY
# .npmrc keeps onnxruntime-node from fetching CUDA; no package that runs here needs its install script.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# ONNX Runtime comes with a library for every platform; type declarations and source maps are for people who edit.
RUN cd node_modules/onnxruntime-node/bin/napi-v* \
 && find . -mindepth 2 -maxdepth 2 ! -path "./linux/$(node -p process.arch)" -exec rm -rf {} + \
 && find . -type d -empty -delete \
 && find /app/node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM node:24-slim
ARG REVISION=unknown
LABEL org.opencontainers.image.title="firedrill" \
      org.opencontainers.image.description="The services of a small bank's machine-learning platform" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="$REVISION"
# glibc gives every thread an arena of its own, and what is freed in one is not used by another: 20 MB a process.
ENV MALLOC_ARENA_MAX=1
WORKDIR /app
# What is written lies in these folders, each of them a volume or a part of one; all else may be read-only.
RUN mkdir -p /platform /truth /lake /artifacts \
 && for service in registry features feature-consumer pipeline gateway inference-eu inference-us monitor world; do \
      mkdir -p "/state/$service"; \
    done \
 && chown -R node:node /platform /truth /lake /artifacts /state
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY infra/docker/healthy infra/docker/healthy
COPY lib lib
COPY services services
COPY infra/opening infra/opening
# node, by number so that an orchestrator can see that it is not root.
USER 1000:1000
HEALTHCHECK --interval=5s --timeout=5s --start-period=300s --retries=5 CMD ["infra/docker/healthy"]
# As on the local platform: small heaps; a later --max-old-space-size wins.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=2", "--max-old-space-size=128"]
CMD ["services/gateway/main.ts"]
