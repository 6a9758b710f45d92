import { secretText } from '@deployment-engine/shared/platform';
import { z } from 'zod';

const names = (what: string) => z.array(z.string().min(1)).default([]).describe(what);
const off = (what: string) => z.boolean().default(false).describe(what);

/** What a container may be given beyond its own box. Everything is refused until the operator names it here. */
export const Allow = z.strictObject({
  privileged: off('Privileged containers, and privileged exec'),
  capAdd: names('Linux capabilities that may be added, e.g. NET_ADMIN'),
  devices: names('Host devices that may be passed in, e.g. /dev/snd'),
  deviceRequests: off('Device requests such as GPUs'),
  securityOpt: names('Security options, each exactly as given, e.g. seccomp=unconfined (no-new-privileges is always allowed)'),
  hostNamespaces: z
    .strictObject({
      network: off('The network of the host'),
      pid: off('The processes of the host'),
      ipc: off('The shared memory of the host'),
      uts: off('The host name of the host'),
      user: off('The user namespace of the host'),
      cgroup: off('The cgroup namespace of the host'),
    })
    .prefault({})
    .describe('Namespaces of the host that a container may share'),
  containerNamespaces: off('Joining the namespaces of another container (container:NAME)'),
  volumesFrom: off('Taking over the volumes of another container'),
  dockerSocket: off('Mounting the socket of a container engine, which gives full control of the host'),
  bindMounts: names('Absolute folders of the engine’s machine that may be mounted besides the roots'),
  volumeOptions: off('Volumes with driver options that are neither tmpfs nor a bind of an allowed folder (NFS, CIFS, block devices)'),
  volumeDrivers: names('Volume drivers besides local'),
  networkDrivers: names('Network drivers besides bridge and overlay, e.g. macvlan'),
  sysctls: names('Kernel parameters that may be set, e.g. net.core.somaxconn'),
  cgroupParent: names('Parent cgroups that may be chosen'),
  runtimes: names('Runtimes that may be chosen besides the default, e.g. runsc'),
  oomControl: off('Switching the OOM killer off, or a negative OOM score'),
  existingContainers: off('exec and copy in containers that were made elsewhere with what is refused above'),
});

export type Allow = z.output<typeof Allow>;

const Tls = z.strictObject({
  ca: z.string().optional().describe('PEM of the authority that signed the engine’s certificate'),
  cert: z.string().optional().describe('PEM of the client’s certificate'),
  key: secretText().optional().describe('PEM of the client’s key; use { "$file": … }'),
});

const Ssh = z.strictObject({
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/)
    .describe('Fingerprint of the host’s key as ssh-keygen -l prints it, SHA256:…'),
  privateKey: secretText().optional().describe('PEM of the private key; use { "$file": … }. Without it the ssh agent is asked'),
  passphrase: secretText().optional().describe('Passphrase of the private key; use { "$env": … }'),
});

export const HostSettings = z.strictObject({
  host: z.string().min(1).describe('unix:///path, npipe:////./pipe/name, tcp://host:port, https://host:port or ssh://user@host'),
  tls: Tls.optional().describe('Certificates for tcp and https'),
  ssh: Ssh.optional().describe('How to sign in over ssh; needed for ssh:// hosts'),
  readOnly: off('Refuse every write and delete on this host'),
});

export type HostSettings = z.output<typeof HostSettings>;

const Registry = z.union([
  z.strictObject({ username: z.string().min(1), password: secretText() }),
  z.strictObject({ identityToken: secretText() }),
]);

export type RegistryLogin = z.output<typeof Registry>;

export const DockerConfig = z.strictObject({
  hosts: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/), HostSettings)
    .default({})
    .describe('Engines by name. Without any, the engine of this machine is looked for: DOCKER_HOST, the docker context, the usual sockets'),
  registries: z.record(z.string(), Registry).default({}).describe('Sign-in by registry host, e.g. registry.example:5000 or docker.io'),
  allow: Allow.prefault({}),
  defaults: z
    .strictObject({
      pidsLimit: z.int().min(1).max(1_000_000).default(2048).describe('Processes a new container may have'),
      memory: z.string().optional().describe('Memory of a new container that does not ask, e.g. 512m'),
      cpus: z.number().positive().optional().describe('CPUs of a new container that does not ask'),
    })
    .prefault({})
    .describe('Limits of new containers'),
  build: z
    .strictObject({
      maxContextBytes: z
        .int()
        .min(1024)
        .default(1024 ** 3)
        .describe('Largest build context'),
      maxFileBytes: z
        .int()
        .min(1024)
        .default(256 * 1024 ** 2)
        .describe('Largest single file in a build context'),
    })
    .prefault({}),
});

export type DockerConfig = z.output<typeof DockerConfig>;
