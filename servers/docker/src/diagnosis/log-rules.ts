import { maskText } from '@deployment-engine/shared/platform';
import type { Cause } from './cause.ts';
import type { Facts } from './facts.ts';

interface LogSign {
  pattern: RegExp;
  cause: string;
  title: string;
  steps: string[];
}

/** What programs commonly write before they end. */
const SIGNS: LogSign[] = [
  {
    pattern:
      /java\.lang\.OutOfMemoryError|JavaScript heap out of memory|MemoryError\b|std::bad_alloc|fatal error: runtime: out of memory|Cannot allocate memory/i,
    cause: 'out_of_memory',
    title: 'The program could not get more memory',
    steps: ['Raise its heap limit and the container’s memory limit together.', 'See container_stats while it runs.'],
  },
  {
    pattern: /EADDRINUSE|address already in use|bind: .*in use/i,
    cause: 'port_conflict',
    title: 'The program could not listen: its port is in use',
    steps: [
      'In the host network every program shares the ports of the machine: change the port.',
      'Check that it does not start twice in the container.',
    ],
  },
  {
    pattern:
      /ECONNREFUSED|connection refused|could not connect to (?:server|host)|connect: no route to host|ETIMEDOUT|connection timed out/i,
    cause: 'dependency_unreachable',
    title: 'The program could not reach something it depends on',
    steps: [
      'Check that the other container runs (container_list) and shares a network with this one (network_inspect).',
      'localhost in a container is the container itself: use the other’s name.',
      'Have it wait or retry until the other is ready.',
    ],
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|no such host|Name or service not known|Temporary failure in name resolution|could not translate host name|bad address/i,
    cause: 'name_not_resolved',
    title: 'The program could not resolve a name',
    steps: [
      'Containers find one another by name only in a network made with network_create.',
      'Check the spelling of the name and the container’s networks (container_inspect).',
    ],
  },
  {
    pattern: /read-only file system|EROFS/i,
    cause: 'read_only_file_system',
    title: 'The program wrote where it may only read',
    steps: ['Mount a tmpfs or volume at that path, or make the mount writable.'],
  },
  {
    pattern: /permission denied|EACCES|operation not permitted|EPERM/i,
    cause: 'permission_denied',
    title: 'The program was denied access',
    steps: [
      'Compare the container’s user with the owner of mounted files.',
      'What needs a capability or device has to be allowed by the operator.',
    ],
  },
  {
    pattern: /no space left on device|ENOSPC/i,
    cause: 'disk_full',
    title: 'A disk is full',
    steps: ['See system_df; check the size of tmpfs mounts and /dev/shm.'],
  },
  {
    pattern: /password authentication failed|access denied for user|authentication failed|invalid credentials|401 unauthorized/i,
    cause: 'sign_in_refused',
    title: 'A sign-in was refused',
    steps: ['Check user and password in the environment; a database keeps the password of its first start in its volume.'],
  },
  {
    pattern:
      /(?:environment variable|env var)\S* .*(?:not set|required|missing|undefined)|missing required (?:env|config|option|setting)|is not specified.*(?:password|environment)|must (?:be set|specify)|KeyError: '/i,
    cause: 'setting_missing',
    title: 'A setting or environment variable is missing',
    steps: ['Run the container again with the variable in env.'],
  },
  {
    pattern:
      /Cannot find module|ModuleNotFoundError|ImportError|ClassNotFoundException|NoClassDefFoundError|error while loading shared libraries|cannot open shared object file|version `GLIBC/i,
    cause: 'dependency_missing',
    title: 'A library or module is missing in the image',
    steps: ['Build the image again with it; a mount over the program’s folder hides what the image has there.'],
  },
  {
    pattern: /too many open files|EMFILE|ENFILE/i,
    cause: 'too_many_files',
    title: 'The program ran out of file handles',
    steps: ['Raise the nofile limit (ulimits), or look for a leak.'],
  },
  {
    pattern: /(?:yaml|json|toml|config(?:uration)?).{0,60}(?:parse|syntax|invalid|unexpected)|\[emerg\]|syntax error|unexpected token/i,
    cause: 'bad_configuration',
    title: 'A configuration file or script is not valid',
    steps: ['Correct the file that the log names; compare it with what is mounted (container_inspect).'],
  },
  {
    pattern: /: not found$|command not found|No such file or directory/i,
    cause: 'file_not_found',
    title: 'A file or command was not found',
    steps: ['Check paths, working folder and mounts (container_inspect).'],
  },
  {
    pattern:
      /panic:|Traceback \(most recent call last\)|Unhandled(?:Promise)?Rejection|Exception in thread "main"|Segmentation fault|fatal error:/i,
    cause: 'program_error',
    title: 'The program hit an error that it did not handle',
    steps: ['The lines around it name the place in the program.'],
  },
];

/** How near to the end of the log a sign must stand to say something about the end. */
const NEAR = 40;

/** What the last lines of the log say. A program that runs well may log errors all day: then each is possible at most. */
export function logCauses({ container, log }: Facts): Cause[] {
  const failed = container.State?.Running !== true && (container.State?.ExitCode ?? 0) !== 0;
  return SIGNS.flatMap(({ pattern, cause, title, steps }): Cause[] => {
    const hits = log.map((line, index) => ({ text: line.text, fromEnd: log.length - 1 - index })).filter((line) => pattern.test(line.text));
    const last = hits.at(-1);
    if (last === undefined) return [];
    const confidence = failed && last.fromEnd < NEAR ? 'likely' : 'possible';
    return [
      {
        cause,
        title,
        confidence,
        evidence: hits.slice(-3).map((line) => `Log: ${maskText(line.text).trim().slice(0, 300)}`),
        next_steps: steps,
      },
    ];
  });
}
