# syntax=docker/dockerfile:1
# InvoiceGraph as a container:   docker build -t invoicegraph .
# Runs as nobody in particular, on a read-only root file system; only delivery.folder of its configuration is written to.

FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:20-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# A gateway for compose.yaml, made of examples/supergraph. Not part of the service:   docker build --target gateway .
FROM build AS gateway
ENV NODE_ENV=production
COPY schema.graphql ./
COPY examples examples
COPY deploy/compose deploy/compose
USER 1000:1000
EXPOSE 4100
CMD ["node_modules/.bin/tsx", "deploy/compose/gateway.ts"]

FROM node:20-slim AS service
WORKDIR /app
ENV NODE_ENV=production \
    INVOICEGRAPH_CONFIG=/etc/invoicegraph/invoicegraph.yaml
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json schema.graphql invoicegraph.schema.json LICENSE NOTICE ./
# A volume or an emptyDir mounted here belongs to the user below.
RUN mkdir -p /var/lib/invoicegraph && chown 1000:1000 /var/lib/invoicegraph
# The user "node", as a number: Kubernetes checks runAsNonRoot only by number.
USER 1000:1000
EXPOSE 4000 9464
# SIGTERM is the service's own to handle: it drains, so no init process stands before it.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 4000}/livez`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# As `npm start` in package.json; docs/operations.md says what for.
ENTRYPOINT ["node", "--max-semi-space-size=64", "--v8-pool-size=2", "dist/cli/main.js"]
CMD ["serve"]
