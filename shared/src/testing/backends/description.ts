/** What every running test backend says of itself. */
export interface BackendBase {
  /** Where it answers when it is ready: `http://…`, `https://…` by `caFile`, or `unix:/path/to.sock:/request/path`. */
  readonly health: string;
  /** The authority, a PEM file, that an https `health` is checked by. */
  readonly caFile?: string;
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

/**
 * A Kubernetes 1.36 control plane (API server, controllers, scheduler, on etcd 3.4) over nodes that kwok plays: `control-plane-1`, tainted
 * as usual, and `worker-1` to `worker-3` in three zones, 4 CPUs and 16 GiB each. Pods run and become ready within a second, those of Jobs
 * complete, unless their annotation `fates.annotation` names another fate of `fates.pod`:
 *
 * - `crash-loop`: CrashLoopBackOff after exit code 1, 5 restarts; `oom`: the same after OOMKilled, exit code 137
 * - `image-pull`: ImagePullBackOff; `create-config-error`: CreateContainerConfigError, a ConfigMap that is not there
 * - `mount`: stays at ContainerCreating, FailedMount, a Secret that is not there
 * - `unready`: runs, and its readiness probe fails; `slow`: so for two seconds, then ready
 * - `liveness`: runs, restarted 3 times by its liveness probe, exit code 137
 * - `init-crash`: the first init container in CrashLoopBackOff; `init-pending`: it runs and does not end
 * - `evicted`: Failed for memory; `complete`: Succeeded; `failed`: Failed, exit code 1
 *
 * The fate is that of the first container, or of the one that the annotation `fates.container` names; the others run. Container statuses,
 * conditions and Events are as a kubelet writes them. A changed or removed annotation takes effect, save on a pod that has ended.
 * A node (one that a test creates is played too) takes `not-ready`, `memory-pressure`, `disk-pressure` or `pid-pressure` the same way.
 *
 * Logs are those of `logs`, by the container's name, unless the pod's namespace has an object of its name, kwok.x-k8s.io/v1alpha1 Logs, with
 * `spec.logs: [{ containers?, logsFile, previousLogsFile, follow: true }]`: a file of lines `2026-01-31T00:00:00.000000000Z stdout F text`,
 * to which a test may append while it follows. Exec runs the command on this machine; an exit code other than 0 comes as an error of 500
 * that says `exit status 3`, not as a code. A forwarded port echoes. No metrics API, no ephemeral containers, no attach.
 */
export interface KubernetesBackend extends BackendBase {
  /** The API server, `https://127.0.0.1:…`. */
  readonly url: string;
  readonly caFile: string;
  /**
   * Contexts: `admin` (current), `reader`, `nobody` on the cluster `test`; `certificate`, an admin by client certificate; `second`, an
   * admin of the cluster `second`, which is the same server; `away`, a server that does not answer.
   */
  readonly kubeconfig: string;
  /** `admin` is in system:masters; `reader` gets, lists and watches all but Secrets, no exec; `nobody` has no role. */
  readonly tokens: { readonly admin: string; readonly reader: string; readonly nobody: string };
  /** The program of tests/control-plane, for `startControlPlane`. */
  readonly program: string;
  readonly etcd: string;
  /** The Helm program, version 3. */
  readonly helm: string;
  readonly fates: {
    readonly annotation: string;
    readonly container: string;
    readonly pod: readonly string[];
    readonly node: readonly string[];
  };
  /**
   * How many lines the log of a container of that name has, `default` for any other: `json` writes JSON lines, `large` is long, `silent`
   * is empty. With `previous` it is the end of a run that crashed.
   */
  readonly logs: Readonly<Record<'default' | 'json' | 'large' | 'silent', number>>;
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
  kubernetes: KubernetesBackend;
}

export type BackendName = keyof Backends;

/** The file that `scripts/backends/main.ts up` writes: the backends that run, and why the others do not. */
export interface BackendsFile {
  readonly version: 1;
  readonly backends: Partial<Backends>;
  readonly missing: Partial<Record<BackendName, string>>;
}
