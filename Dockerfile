FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=container
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/runnerdb . \
 && mkdir -p /out/data /out/tmp \
 && chmod 1777 /out/tmp

# Nothing but the binary: it carries its pages, migrations and scripts with it.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/runnerdb /runnerdb
COPY --from=build /out/tmp /tmp
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
WORKDIR /data
ENV PORT=8080 DATABASE_URL=/data/runnerdb.db
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/runnerdb", "health"]
ENTRYPOINT ["/runnerdb"]
CMD ["serve"]
