import { maskText } from '@deployment-engine/shared/platform';
import type { Cause } from './cause.ts';
import type { Facts } from './facts.ts';

interface StartSign {
  pattern: RegExp;
  cause: string;
  title: string;
  steps: string[];
}

/** What the engine writes into State.Error when a container could not be started. */
const SIGNS: StartSign[] = [
  {
    pattern: /port is already allocated|address already in use|ports are not available/i,
    cause: 'port_conflict',
    title: 'A published port is already in use on the engine’s machine',
    steps: ['Find its user with container_list (ports), or a program outside Docker.', 'Run the container again with another host port.'],
  },
  {
    pattern:
      /executable file not found|no such file or directory.*(?:exec|entrypoint)|exec:? .*no such file or directory|stat .*: no such file or directory/i,
    cause: 'command_not_found',
    title: 'The command or entrypoint does not exist in the image',
    steps: [
      'Compare command and entrypoint (container_inspect) with the image’s (image_inspect).',
      'For a script: check its first line (#!) and that it has no Windows line ends.',
      'A list is not a shell line: use ["sh", "-c", "…"] for shell syntax.',
    ],
  },
  {
    pattern: /exec format error/i,
    cause: 'wrong_architecture',
    title: 'The program is built for another processor, or a script lacks its #! line',
    steps: [
      'Compare the platform of image_inspect with the architecture of system_info.',
      'Pull or build the image for the right platform.',
    ],
  },
  {
    pattern: /permission denied/i,
    cause: 'permission_denied',
    title: 'The command may not be executed, or a file may not be opened',
    steps: ['Make the program executable in the image (chmod +x).', 'Check the container’s user against the owner of mounted files.'],
  },
  {
    pattern:
      /not a directory.*mount|are you trying to mount a directory|error mounting|mount .*failed|bind source path does not exist|invalid mount config|failed to mount local volume/i,
    cause: 'mount_failed',
    title: 'A mount could not be made',
    steps: [
      'Check that the source exists and is of the same kind (file or folder) as the target.',
      'See mounts in container_inspect, and volume_inspect for a volume’s driver options.',
    ],
  },
  {
    pattern: /network .* not found|could not find .*network|no such network/i,
    cause: 'network_missing',
    title: 'A network of the container no longer exists',
    steps: ['Make it again with network_create, or create the container anew on another network.'],
  },
  {
    pattern: /no space left on device/i,
    cause: 'disk_full',
    title: 'The engine’s disk is full',
    steps: ['See system_df and free space with the prune tools.'],
  },
  {
    pattern: /cannot allocate memory|minimum memory|memory limit/i,
    cause: 'memory_limit_too_low',
    title: 'There is not enough memory to start the container',
    steps: ['Raise the memory limit (container_update), or free memory on the machine.'],
  },
  {
    pattern: /unknown or invalid runtime|runtime .*not found|could not select device driver/i,
    cause: 'runtime_missing',
    title: 'The engine lacks the runtime or device driver that the container asks for',
    steps: ['See the runtimes in system_info, and install the missing one on the engine’s machine.'],
  },
];

export function startCauses({ container, image, info }: Facts): Cause[] {
  const { State: state = {}, Config: config = {} } = container;
  const causes: Cause[] = [];
  const error = state.Error ?? '';
  if (error !== '') {
    const evidence = [`The engine said: ${maskText(error).slice(0, 500)}`];
    const known = SIGNS.filter(({ pattern }) => pattern.test(error)).slice(0, 1);
    for (const { cause, title, steps } of known) causes.push({ cause, title, confidence: 'certain', evidence, next_steps: steps });
    if (known.length === 0) {
      causes.push({
        cause: 'start_failed',
        title: 'The engine could not start the container',
        confidence: 'certain',
        evidence,
        next_steps: ['Correct what the engine names, then start it again.'],
      });
    }
  } else if (state.Status === 'created') {
    causes.push({
      cause: 'never_started',
      title: 'The container was created and never started',
      confidence: 'certain',
      evidence: [`Its state is created.`],
      next_steps: ['Start it with container_lifecycle.'],
    });
  }
  if (image === undefined) {
    causes.push({
      cause: 'image_missing',
      title: 'The engine no longer has the image',
      confidence: state.Running ? 'possible' : 'likely',
      evidence: [`There is no image ${container.Image ?? config.Image ?? ''}.`],
      next_steps: [`Pull ${config.Image ?? 'it'} again with image_pull.`],
    });
  } else if (
    info?.Architecture !== undefined &&
    image.Architecture !== undefined &&
    family(image.Architecture) !== family(info.Architecture)
  ) {
    causes.push({
      cause: 'wrong_architecture',
      title: 'The image is for another processor than the engine’s',
      confidence: 'likely',
      evidence: [`The image is for ${image.Architecture}, the engine runs on ${info.Architecture}.`],
      next_steps: ['Pull or build the image for the engine’s platform.'],
    });
  }
  return causes;
}

/** Kernels and Go name one processor differently. */
const family = (architecture: string): string =>
  ({ x86_64: 'amd64', aarch64: 'arm64', i386: '386', i686: '386', armv7l: 'arm', armv6l: 'arm' })[architecture] ?? architecture;
