/** What every running test backend says of itself. */
export interface BackendBase {
  /** Where it answers when it is ready: `http://…`, or `unix:/path/to.sock:/request/path`. */
  readonly health: string;
  /** The process that serves it, if scripts/backends started one; absent for a backend that a person brought. */
  readonly pid?: number;
}

/** A Docker engine. Containers run with `--network none` or `host` only; a build's RUN needs `--network none`. */
export interface DockerBackend extends BackendBase {
  /** As DOCKER_HOST takes it: `unix:///…`. */
  readonly host: string;
  /** The socket's plain path. */
  readonly socketPath: string;
  /** A BusyBox image that the engine has, `busybox:test`. */
  readonly image: string;
  /** `host:port` of a registry that the engine can push to and pull from without TLS, if one runs. */
  readonly registry?: string;
  /** The same image in that registry, not kept under this name in the engine: something to pull. */
  readonly registryImage?: string;
}

/** A Docker registry (distribution, API v2) without sign-in; deletion is on. */
export interface RegistryBackend extends BackendBase {
  /** `host:port`, as an image name begins. */
  readonly address: string;
  readonly url: string;
}

/**
 * Prometheus with lifecycle, admin and remote write on; it scrapes and evaluates every second. Jobs: `prometheus`, and as far as they run
 * `node`, `blackbox`, `pushgateway`, `alertmanager`; `file_sd` takes its targets from files that tests write.
 */
export interface PrometheusBackend extends BackendBase {
  readonly url: string;
  /** Write `*.json` in the file_sd form here and the targets appear within seconds. */
  readonly fileSdFolder: string;
  /** Write `*.yml` rule files here, then POST `/-/reload`. */
  readonly rulesFolder: string;
  /** An alert that fires from the start, with the label `severity="test"`. */
  readonly firingAlert: string;
  /** An alert that stays pending. */
  readonly pendingAlert: string;
  /** A recording rule's metric. */
  readonly recordedMetric: string;
}

/** Alertmanager without receivers that reach anywhere; change `configFile` and POST `/-/reload` for one of your own. */
export interface AlertmanagerBackend extends BackendBase {
  readonly url: string;
  readonly configFile: string;
}

/** An exporter or a gateway that Prometheus scrapes. */
export interface ExporterBackend extends BackendBase {
  readonly url: string;
}

/** All backends by name. */
export interface Backends {
  docker: DockerBackend;
  registry: RegistryBackend;
  prometheus: PrometheusBackend;
  alertmanager: AlertmanagerBackend;
  nodeExporter: ExporterBackend;
  blackbox: ExporterBackend;
  pushgateway: ExporterBackend;
}

export type BackendName = keyof Backends;

/** The file that `scripts/backends/main.ts up` writes: the backends that run, and why the others do not. */
export interface BackendsFile {
  readonly version: 1;
  readonly backends: Partial<Backends>;
  readonly missing: Partial<Record<BackendName, string>>;
}
