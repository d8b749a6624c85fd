# The relay as a container: Node runs the sources, nothing is built.
#
#     docker build -t sekisho .
#
# It listens on 8420 (deliveries) and 8421 (admin), writes to /data alone and runs with --read-only. Settings come
# from SEKISHO_… variables and from the file that SEKISHO_CONFIG names. The commands: docker exec … sekisho blocks list
FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install script. Source maps and type declarations are a third of the bytes, and never read.
# The recogniser brings its library for every platform: 240 MB that this one cannot load.
RUN npm ci --omit=dev --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d ! -path "*/linux/$(node -p process.arch)" -exec rm -r {} +

FROM node:24-bookworm-slim
# Banned hosts in other scripts are drawn, to learn how they are misread on pictures.
RUN apt-get update \
 && apt-get install -y --no-install-recommends fontconfig-config fonts-dejavu-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
COPY --from=modules /app/node_modules /app/node_modules
COPY package.json /app/
COPY config/sekisho.yaml /app/config/
COPY --chmod=755 src /app/src
RUN mkdir /data && chown node:node /data && ln -s /app/src/cli.ts /usr/local/bin/sekisho
# What is reachable from outside the container is decided where its ports are published.
ENV NODE_ENV=production \
    SEKISHO_LISTEN_HOST=0.0.0.0 \
    SEKISHO_ADMIN_HOST=0.0.0.0
# From here the settings' own `./data` is /data. A variable would say it too, but go before the operator's file.
WORKDIR /
USER node
VOLUME /data
EXPOSE 8420 8421
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8421/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "/app/src/cli.ts", "start"]
