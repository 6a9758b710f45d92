import { oneLine } from '../report/text.ts';

/** What the log of a program says about its end. */
export interface LogSign {
  cause: string;
  title: string;
  remedy: string;
  line: string;
  /** The host that it could not reach or resolve. */
  host?: string;
}

interface Pattern {
  pattern: RegExp;
  cause: string;
  title: string;
  remedy: string;
}

/** What programs commonly write before they end; the first that is found counts. */
const PATTERNS: Pattern[] = [
  {
    pattern: /is forbidden: User \\?"[^"\\]+\\?" cannot \w+ (?:resource|path) /,
    cause: 'access_missing',
    title: 'may not do at the API server what it needs to do',
    remedy: 'Bind a Role that allows it to the ServiceAccount of the pod.',
  },
  {
    pattern: /OutOfMemoryError|JavaScript heap out of memory|MemoryError\b|std::bad_alloc|runtime: out of memory|Cannot allocate memory/i,
    cause: 'out_of_memory',
    title: 'ran out of memory inside the program',
    remedy: 'Raise its heap limit and the container’s memory limit together, or make it use less.',
  },
  {
    pattern:
      /\bENOTFOUND\b|\bEAI_AGAIN\b|no such host|Name or service not known|Temporary failure in name resolution|could not translate host name|UnknownHostException|nodename nor servname|bad address|host not found in (?:upstream|resolver)/i,
    cause: 'name_not_resolved',
    title: 'cannot resolve a host name',
    remedy: 'Correct the name, or make the Service that it means.',
  },
  {
    pattern:
      /\bECONNREFUSED\b|connection refused|could not connect to (?:server|host)|no route to host|\bEHOSTUNREACH\b|\bETIMEDOUT\b|connection timed out|i\/o timeout/i,
    cause: 'dependency_unreachable',
    title: 'cannot reach something that it depends on',
    remedy: 'See whether the other side runs and listens there; have the program wait and try again.',
  },
  {
    pattern: /\bEADDRINUSE\b|address already in use/i,
    cause: 'port_conflict',
    title: 'cannot listen: its port is in use',
    remedy: 'Give each container of the pod its own port; with hostNetwork, one that is free on the node.',
  },
  {
    pattern:
      /password authentication failed|access denied for user|authentication failed|invalid (?:credentials|password|token|api key)|\b401 Unauthorized/i,
    cause: 'credentials_refused',
    title: 'is refused by what it signs in to',
    remedy: 'Compare the Secret that it uses with what the other side expects.',
  },
  {
    pattern: /read-only file system|\bEROFS\b/i,
    cause: 'read_only_file_system',
    title: 'writes where it may only read',
    remedy: 'Mount an emptyDir at that path, or set readOnlyRootFilesystem to false.',
  },
  {
    pattern: /no space left on device|\bENOSPC\b/i,
    cause: 'disk_full',
    title: 'has no space left on a volume',
    remedy: 'Enlarge the volume or clear it.',
  },
  {
    pattern: /exec format error/i,
    cause: 'wrong_architecture',
    title: 'is built for another processor',
    remedy: 'Use an image for the platform of the nodes.',
  },
  {
    pattern: /permission denied|\bEACCES\b|operation not permitted|\bEPERM\b/i,
    cause: 'permission_denied',
    title: 'is denied access to a file or an operation',
    remedy: 'Compare runAsUser and fsGroup with the owner of the mounted files.',
  },
  {
    pattern:
      /(?:no such file or directory|\bENOENT\b|FileNotFoundError|cannot find the (?:file|path)|(?:config|settings|file)[^\n]{0,60}not found)(?![^\n]*\b(?:exec|module)\b)/i,
    cause: 'config_file_missing',
    title: 'does not find a file that it needs',
    remedy: 'Compare the path with what is mounted there: keys of the ConfigMap or Secret, items, subPath, mountPath.',
  },
  {
    // a server that names the place in its file: nginx, HAProxy, Apache, Prometheus and whoever reads YAML, JSON, TOML or HCL
    pattern:
      /(?:\[emerg\]|\[ALERT\]|syntax error|parse error|(?:pars|unmarshal|decod)\w*|not a valid|invalid|unknown|unexpected|malformed|duplicate)[^\n]{0,160}?\.(?:conf|cfg|cnf|ya?ml|json|toml|ini|hcl|xml|properties)\b(?:["'”)]?[:,]?\s?(?:line )?\d+|[^\n]{0,20}(?:line \d+|unexpected|did not find|cannot unmarshal|not found in type|mapping values))/i,
    cause: 'config_invalid',
    title: 'cannot read its configuration: the file is not as it must be',
    remedy: 'Correct the file at that place: it is the image’s own, or comes from a ConfigMap or Secret that is mounted there.',
  },
  {
    pattern:
      /KeyError: '[A-Z][A-Z0-9_]*'|(?:environment variable|env(?:ironment)?\s?var|setting|required (?:key|variable|option))[^\n]{0,60}(?:missing|not set|required|undefined|empty|unset)|missing required|must be set/i,
    cause: 'setting_missing',
    title: 'lacks a setting that it needs',
    remedy: 'Set it in env, or in the ConfigMap or Secret that env comes from.',
  },
];

const LEVEL = /^\W?(?:info|debug|trace|notice)\W?$/i;

/** Whether a program marks a line as no error: as a field, as klog's letter, or as a word after times and names, before the message. */
function isNoError(line: string): boolean {
  if (/\blevel"?[=:]\s?"?(?:info|debug|trace)\b/i.test(line) || /^[ID]\d{4} /.test(line)) return true;
  for (const word of line.trimStart().split(/\s+/, 5)) {
    if (LEVEL.test(word)) return true;
    if (!/\d|[:\]]$/.test(word) || /error|fatal|panic|exception/i.test(word)) return false;
  }
  return false;
}

/** The line that names the error, and what it means. What a program marks as no error is not why it ended. */
export function signOf(log: string): LogSign | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !isNoError(line));
  for (const { pattern, ...rest } of PATTERNS) {
    const line = lines.findLast((one) => pattern.test(one));
    if (line !== undefined) {
      const host = hostOf(line);
      return { ...rest, line: oneLine(line, 300), ...(host === undefined ? {} : { host }) };
    }
  }
  return undefined;
}

/** The line most likely to name an error of which nothing more is known; else the last. */
export function errorLine(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const named = lines.findLast((line) => /\b(?:[A-Z]\w*(?:Error|Exception)|error|fatal|panic|failed|exception)\b/i.test(line));
  const line = named ?? lines.at(-1);
  return line === undefined ? undefined : oneLine(line, 300);
}

const HOST =
  /(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|lookup|host name|host:|dial tcp|connect(?:ing)? to|UnknownHostException:|bad address|in upstream)\s+["'“]?(?:[a-z]+:\/\/)?([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])/i;

function hostOf(line: string): string | undefined {
  const dialled = /lookup ([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])/.exec(line) ?? HOST.exec(line);
  return dialled?.[1];
}
