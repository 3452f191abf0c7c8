# One image for both processes: `docker run coalmine bot` and `docker run coalmine worker`.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs its install script for the bundle, so none gets to run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts ./scripts
COPY src ./src
RUN npm run bundle

# No shell, no package manager, no root. Nothing is written to the root file system, so it can be mounted read-only.
# Liveness and readiness are asked by Kubernetes over HTTP (/healthz, /readyz), hence no HEALTHCHECK.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/dist ./
USER 65532:65532
# Node finds ./bot.js and ./worker.js by these names.
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["bot"]
